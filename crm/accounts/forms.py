"""Signing in, and choosing passwords."""

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from crm.accounts.passwords import SHORTEST
from crm.core.forms import EmailField, Form

NEW_PASSWORD_HINT = f"At least {SHORTEST} characters. Three random words are easy to remember and hard to guess."


def typed(field: PasswordField) -> str:
    """A password as it was typed, white space and all."""
    return field.data or ""


class SignInForm(Form):
    email = EmailField(
        "E-mail address", [InputRequired("Enter your e-mail address")], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password"), Length(max=1000, message="That password is too long")],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenForm(Form):
    email = EmailField(
        "E-mail address", [InputRequired("Enter your e-mail address")], render_kw={"autocomplete": "username"}
    )


class ChoosePasswordForm(Form):
    password = PasswordField(
        "New password",
        [InputRequired("Enter a new password")],
        description=NEW_PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(Form):
    current = PasswordField(
        "Password you have now",
        [InputRequired("Enter the password you have now"), Length(max=1000, message="That password is too long")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password",
        [InputRequired("Enter a new password")],
        description=NEW_PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )
