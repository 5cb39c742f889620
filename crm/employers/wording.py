"""What an employer's details are called on pages and in downloads."""

from crm.employers.models import Contact, LegalForm, SicVersion
from crm.employers.services.emailing import Said

LEGAL_FORM_LABELS = {
    LegalForm.COMPANY: "Company (Ltd, plc, CIC)",
    LegalForm.SOLE_TRADER: "Sole trader",
    LegalForm.PARTNERSHIP: "Ordinary partnership",
    LegalForm.LLP: "Limited liability partnership",
    LegalForm.CHARITY: "Charity",
    LegalForm.PUBLIC_BODY: "Public body",
    LegalForm.OTHER: "Other",
}
SIC_VERSION_LABELS = {SicVersion.SIC_2007: "SIC 2007", SicVersion.SIC_2026: "SIC 2026"}
SAID_LABELS = {
    Said.CONSENTED: "They agreed to get e-mail from us",
    Said.OPTED_IN: "They gave us their address when we spoke about opportunities",
    Said.OBJECTED: "They do not want e-mail from us",
}
# Column of a contact, what a form asks, what a page says.
ROLES = (
    ("signs_pledges", "Signs pledges"),
    ("is_speaker", "Speaker"),
    ("is_mentor", "Mentor"),
    ("is_supervisor", "Supervisor"),
)


def roles_of(contact: Contact) -> list[str]:
    """What somebody does for us, in words."""
    return [label for column, label in ROLES if getattr(contact, column)]
