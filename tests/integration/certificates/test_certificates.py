"""Certificates and badges of confirmed pledges."""

from datetime import date
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader

from crm.certificates.badge import badge_png, badge_svg
from crm.certificates.lettering import BOLD, fitting, printable
from crm.certificates.pdf import certificate_pdf
from crm.certificates.queries import Certificate, certificate_of
from crm.core.access import Role
from crm.pledges.models import PledgeStatus
from tests.conftest import CarefulClient
from tests.factories import UserFactory
from tests.integration.pledges.test_pages import THIS_YEAR, TODAY, a_pledge, attended

pytestmark = pytest.mark.usefixtures("database")
FILES = {"certificate.pdf": b"%PDF", "badge.svg": b"<svg", "badge.png": b"\x89PNG"}


def a_certificate(employer: str = "Café Łódź", promises: int = 1, attended: int = 0) -> Certificate:
    sentence = "10 young people will each have 3 placements, 30 in all, between September 2026 and August 2027."
    return Certificate(employer, "2026/27", (sentence,) * promises, attended, "Sandford Council", date(2026, 11, 25))


def pages_of(certificate: Certificate) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(certificate_pdf(certificate))).pages]


def test_a_certificate_says_what_was_promised_and_attended() -> None:
    pledge = a_pledge()
    attended(pledge, 2)

    found = certificate_of(pledge.employer_id, THIS_YEAR, TODAY)

    assert found is not None
    assert (found.employer, found.year, found.attended) == (pledge.employer.name, THIS_YEAR.name, 2)
    assert found.promises[0].startswith("10 young people will each have 3")


def test_only_a_confirmed_pledge_has_a_certificate() -> None:
    pledge = a_pledge(PledgeStatus.SENT, confirmed_on=None)

    assert certificate_of(pledge.employer_id, THIS_YEAR, TODAY) is None


@pytest.mark.parametrize(
    ("attended", "sentence"),
    [(0, ""), (1, "1 place taken up by 25 November 2026."), (1200, "1,200 places taken up by 25 November 2026.")],
)
def test_what_was_attended_is_a_sentence(attended: int, sentence: str) -> None:
    assert a_certificate(attended=attended).so_far == sentence


@pytest.mark.parametrize("name", ["Café Łódź – O’Neill’s Tŷ Ŵyn", "W" * 120, "Long words and names " * 6])
@pytest.mark.parametrize("promises", [0, 1, 40])
def test_a_pdf_is_one_page_with_the_name(name: str, promises: int) -> None:
    (page,) = pages_of(a_certificate(name, promises, 3))

    assert name.replace(" ", "")[:20] in page.replace(" ", "")
    assert ("more" in page) is (promises == 40)


def test_a_pdf_is_titled_in_a_language_and_always_the_same() -> None:
    reader = PdfReader(BytesIO(certificate_pdf(a_certificate())))

    assert reader.metadata is not None
    assert reader.metadata.title == "Employer pledge 2026/27: Café Łódź"
    assert str(reader.root_object["/Lang"]) == "en-GB"
    assert certificate_pdf(a_certificate()) == certificate_pdf(a_certificate())


@pytest.mark.parametrize(
    ("name", "shown"), [("Bean 🫘 there", "Bean there"), ("𝐁ean", "Bean"), ("🫘", "–"), ("a\tb\u200bc", "a bc")]
)
def test_what_the_font_lacks_is_replaced(name: str, shown: str) -> None:
    assert printable(name) == shown
    assert len(pages_of(a_certificate(name))) == 1


def test_what_fits_at_no_size_is_cut() -> None:
    assert fitting("W" * 500, BOLD, range(20, 18, -1), 200, 2)[1][1].endswith("…")


@pytest.mark.parametrize("council", ["Sandford Council", "Royal Borough of <Sandford> & the Villages " * 3])
def test_a_badge_is_an_image_in_both_forms(council: str) -> None:
    svg = ET.fromstring(badge_svg("2026/27", council))  # our own
    image = Image.open(BytesIO(badge_png("2026/27", council)))

    assert svg.attrib["aria-label"] == f"Employer pledge 2026/27 – {council}"
    assert image.size == (512, 512)


@pytest.mark.parametrize("file", FILES)
def test_staff_download_what_a_confirmed_pledge_earns(client: CarefulClient, file: str) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    pledge = a_pledge()
    pledge.employer.name = "Café “Łódź”"

    response = client.get(f"/pledges/{pledge.id}/{file}")

    assert response.data.startswith(FILES[file])
    assert "filename*=UTF-8''" in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_page_of_a_pledge_leads_to_its_certificate(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    pledge = a_pledge()

    assert f"/pledges/{pledge.id}/certificate" in client.get(f"/pledges/{pledge.id}").text
    assert "30 in all" in client.get(f"/pledges/{pledge.id}/certificate").text


def test_a_draft_has_no_certificate(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    pledge = a_pledge(PledgeStatus.DRAFT, confirmed_on=None)

    assert client.get(f"/pledges/{pledge.id}/certificate").status_code == 404
    assert "certificate" not in client.get(f"/pledges/{pledge.id}").text
