"""Uploading mails."""

from flask_wtf.file import FileRequired, MultipleFileField

from crm.core.forms import Form

ACCEPTED = ".eml,.emlx,.ics,.msg,message/rfc822,text/calendar"  # .msg, so that the page can say what to do instead


class UploadForm(Form):
    files = MultipleFileField(
        "E-mails (.eml) or appointments (.ics)",
        description="Drop them here, or choose them. At most 10 MB at a time. You will see what is filed before it is.",
        validators=[FileRequired("Choose an e-mail (.eml) or an appointment (.ics)")],
        render_kw={"accept": ACCEPTED, "javascript": True},
    )
