"""Mail survives the death of those who send it.

The full measure, 100 kills over 1,000 mails: python -m tests.support.mail_kills --kills 100 --mails 1000 --db postgres
"""

from flask import Flask

from tests.support.mail_kills import kill_over_mails


def test_two_schedulers_killed_at_random_lose_no_mail_and_send_none_twice_but_for_a_kill(
    app: Flask, database: None, database_url: str
) -> None:
    outcome = kill_over_mails(app, database_url, kills=8, mails=80)

    assert outcome.is_right, str(outcome)
    assert outcome.held, "no kill hit a scheduler that held a mail, so nothing was shown"
