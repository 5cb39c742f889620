"""Logging a contact with one thumb, with the keyboard, without a connection, and after a sign-in has ended."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from crm.core.access import Role
from crm.demo.people import sign_ins
from tests.browser.conftest import Opener
from tests.browser.test_pages import barriers, scrolls_sideways

PHONE, WIDE = 390, 1440
PATIENCE = 10_000  # milliseconds
LISTENING = "#shortcuts[data-listening]"
SAID = "They would take two in spring, one in the office."
RESTORED = re.compile(r"Restored what you typed at \d?\d:\d\d[ap]m\.")
OFFICERS = [(email, password) for role, email, password in sign_ins() if role == Role.OFFICER]


@pytest.fixture
def devices(browser: Browser, address: str) -> Iterator[Callable[[], BrowserContext]]:
    """New devices on which nobody has signed in yet. Unlike `open_browser` it does not mind a lost connection."""
    made: list[BrowserContext] = []

    def device() -> BrowserContext:
        made.append(browser.new_context(base_url=address, viewport={"width": PHONE, "height": 844}))
        made[-1].set_default_timeout(PATIENCE)
        return made[-1]

    yield device
    for context in made:
        context.close()


def sign_in(page: Page, officer: int = 1) -> None:
    """As one of the officers whom no other test signs in as."""
    email, password = OFFICERS[officer]
    page.goto("/sign-in?next=/account")
    fill_in_sign_in(page, email, password)
    page.wait_for_url("**/account")


def fill_in_sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def summary(page: Page) -> Locator:
    return page.get_by_label("What was said?")


def log_form(page: Page, employer: int = 5) -> Page:
    page.goto(f"/contact-log/new?employer={employer}")
    page.wait_for_selector("button[data-quick][type=button]")
    return page


def chip(page: Page, text: str) -> Locator:
    return page.get_by_role("radio", name=text)


def save(page: Page) -> None:
    page.locator(".app-save button").click()


def begin(page: Page, employer: int = 5) -> None:
    """Some of everything a contact is made of."""
    log_form(page, employer)
    chip(page, "Visit").click()
    summary(page).fill(SAID)
    page.get_by_label("Next step (optional)").fill("Send the pledge")
    chip(page, "In a week").click()


def expect_begun(page: Page) -> None:
    expect(chip(page, "Visit")).to_be_checked()
    expect(summary(page)).to_have_value(SAID)
    expect(page.get_by_label("Next step (optional)")).to_have_value("Send the pledge")
    expect(chip(page, "In a week")).to_be_checked()


# One thumb ----------------------------------------------------------------------------------------------------------


class Thumb:
    """Taps and types, and counts how often."""

    def __init__(self) -> None:
        self.interactions = 0

    def tap(self, target: Locator) -> None:
        self.interactions += 1
        target.tap()

    def type(self, target: Locator, text: str) -> None:
        """Tapping into the box and typing the words."""
        self.tap(target)
        self.interactions += 1
        target.page.keyboard.type(text)


def test_a_call_with_a_next_step_takes_at_most_eight_interactions_on_a_phone(
    browser: Browser, address: str, signed_in: Callable[[Role], object]
) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": PHONE, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=signed_in(Role.OFFICER),  # type: ignore[arg-type]  # Playwright's own state
    )
    context.set_default_timeout(PATIENCE)
    page, thumb = context.new_page(), Thumb()
    page.goto("/employers/5")

    thumb.tap(page.locator(".app-log-button"))
    page.wait_for_selector("button[data-quick][type=button]")
    thumb.tap(page.locator("#about-employer [name=contacts]").first)
    thumb.tap(chip(page, "Call"))
    thumb.tap(chip(page, "Interested"))
    thumb.type(summary(page), SAID)
    thumb.tap(chip(page, "In a week"))
    thumb.tap(page.locator(".app-save button"))

    page.wait_for_url("**/employers/5")
    assert thumb.interactions <= 8
    expect(page.locator(".app-flash--success")).to_contain_text("Next step due")
    expect(page.locator(".app-log li").first).to_contain_text(SAID)
    context.close()


def test_what_is_said_often_takes_three_taps(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto("/employers/6")

    page.locator(".app-log-button").click()
    page.get_by_role("button", name="Left message").click()
    expect(summary(page)).to_have_value("Left a message asking them to ring back.")
    save(page)

    page.wait_for_url("**/employers/6")
    expect(page.locator(".app-log li").first).to_contain_text("Left a message")


def test_another_quick_entry_replaces_the_first_but_not_what_was_typed(open_browser: Opener) -> None:
    page = log_form(open_browser(Role.OFFICER, WIDE))

    page.get_by_role("button", name="Left message").click()
    page.get_by_role("button", name="Not now").click()

    expect(summary(page)).to_have_value("Not at present.")
    expect(page.get_by_label("Next step (optional)")).to_have_value("")
    expect(chip(page, "No next step")).to_be_checked()
    summary(page).fill("My own words.")
    page.get_by_role("button", name="No answer").click()
    expect(summary(page)).to_have_value("My own words.")


@pytest.mark.parametrize("path", ["/employers/5", "/contact-log/new?employer=5", "/"])
def test_the_button_in_reach_of_the_thumb_hides_nothing_that_has_the_focus(open_browser: Opener, path: str) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto(path)
    hidden = """() => {
      const focused = document.activeElement;
      const box = focused.getBoundingClientRect();
      const bar = document.querySelector('.app-log-button, .app-save');
      if (!box.height || bar === focused || bar.contains(focused)) return false;
      const over = bar.getBoundingClientRect();
      return getComputedStyle(bar).visibility === 'visible' && box.top >= over.top && box.bottom <= over.bottom;
    }"""

    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")


def test_enter_saves_and_presses_no_quick_entry_even_without_scripts(
    browser: Browser, address: str, signed_in: Callable[[Role], object]
) -> None:
    context = browser.new_context(
        base_url=address,
        java_script_enabled=False,
        storage_state=signed_in(Role.OFFICER),  # type: ignore[arg-type]  # Playwright's own state
    )
    page = context.new_page()
    page.goto("/contact-log/new?employer=8")
    summary(page).fill("Said without scripts.")
    chip(page, "Visit").check()

    page.get_by_label("When?", exact=True).press("Enter")

    page.wait_for_url("**/employers/8")
    expect(page.locator(".app-log li").first).to_contain_text("Said without scripts.")
    context.close()


OF_OFFICERS = (
    "/contact-log/new?employer=5",
    "/contact-log/new?plan=1",
    "/contact-log/planned/new?employer=5",
    "/contact-log/planned/2/edit",
    "/contact-log/planned/2/cancel",
)
OF_ADMINISTRATORS = ("/administration/quick-entries/", "/administration/quick-entries/new", "/contact-log/1/edit")


@pytest.mark.parametrize(("role", "paths"), [(Role.OFFICER, OF_OFFICERS), (Role.ADMIN, OF_ADMINISTRATORS)])
def test_pages_no_list_leads_to_have_no_barrier_and_fit(
    open_browser: Opener, role: Role, paths: tuple[str, ...]
) -> None:
    page = open_browser(role, WIDE)
    problems: list[str] = []

    for path in paths:
        for width in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            problems += barriers(page)
        problems += scrolls_sideways(page)

    assert not problems, "\n".join(problems)


def test_a_corrected_entry_has_no_barrier(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/1")
    page.get_by_role("link", name="The whole log").click()
    page.goto(page.url + "&text=not+two")
    page.locator("td a").first.click()

    page.get_by_text("What it said before").click()

    expect(page.locator(".app-correction del")).to_be_visible()
    assert barriers(page) == []


# The keyboard -------------------------------------------------------------------------------------------------------


def test_n_then_c_logs_a_contact_with_the_employer_of_the_page(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/5")
    name = page.locator("h1").inner_text()
    page.wait_for_selector(LISTENING, state="attached")

    page.keyboard.press("n")
    page.keyboard.press("c")

    page.wait_for_url("**/contact-log/new?employer=5&next=/employers/5")
    expect(page.locator(".app-chosen")).to_contain_text(name)


def test_keys_mean_themselves_while_one_types(open_browser: Opener) -> None:
    page = log_form(open_browser(Role.OFFICER, WIDE))

    summary(page).press_sequentially("once n then ne?")

    expect(summary(page)).to_have_value("once n then ne?")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_a_question_mark_lists_the_shortcuts_which_can_be_turned_off(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/5")
    page.wait_for_selector(LISTENING, state="attached")

    page.keyboard.press("?")

    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_contain_text("Log a contact")
    assert barriers(page) == []
    shortcuts.get_by_label("Turn them off on this device").check()
    shortcuts.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(shortcuts).to_be_hidden()


# Nothing typed is lost ------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_a_closed_tab_until_it_is_saved(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    begin(page)
    page.close()

    page = log_form(phone.new_page())

    expect(page.locator(".app-draft")).to_have_text(re.compile(RESTORED.pattern + "\\s*Discard"))
    expect_begun(page)
    save(page)
    page.wait_for_url("**/employers/5")
    expect(page.locator(".app-log li").first).to_contain_text(SAID)
    log_form(page)
    expect(summary(page)).to_have_value("")
    expect(page.locator(".app-draft")).to_have_count(0)


def test_what_was_typed_can_be_discarded(devices: Callable[[], BrowserContext]) -> None:
    page = devices().new_page()
    sign_in(page)
    begin(page)
    log_form(page)

    page.get_by_role("button", name="Discard").click()

    expect(page.locator(".app-draft")).to_have_count(0)
    expect(summary(page)).to_have_value("")


def test_the_text_for_one_employer_is_not_offered_for_another(devices: Callable[[], BrowserContext]) -> None:
    page = devices().new_page()
    sign_in(page)
    begin(page, employer=5)

    log_form(page, employer=6)

    expect(summary(page)).to_have_value("")


def test_an_employer_chosen_by_typing_comes_back_with_the_people_ticked(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    page.goto("/employers/5")
    name = page.locator("h1").inner_text()
    page.goto("/contact-log/new")
    page.get_by_role("combobox").press_sequentially(name[:6])
    page.get_by_role("option", name=name).click()
    page.locator("#about-employer [name=contacts]").first.click()
    summary(page).fill(SAID)
    page.close()

    page = phone.new_page()
    page.goto("/contact-log/new")

    expect(page.locator("#about-employer [name=contacts]").first).to_be_checked()
    expect(page.get_by_role("combobox")).to_have_value(name)
    expect(summary(page)).to_have_value(SAID)


def test_without_a_connection_the_text_stays_and_is_saved_later(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    begin(page)

    phone.set_offline(True)
    summary(page).press_sequentially(" And one more.")
    save(page)

    expect(page.locator(".app-unsent")).to_contain_text("No connection – kept on this device.")
    expect(summary(page)).to_have_value(f"{SAID} And one more.")
    phone.set_offline(False)
    save(page)
    page.wait_for_url("**/employers/5")
    expect(page.locator(".app-log li").first).to_contain_text("And one more.")


def test_a_connection_lost_while_it_is_sent_loses_nothing(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    begin(page)

    page.route(
        "**/contact-log/new*", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    with page.expect_event("requestfailed"):
        save(page)
    page.unroute("**/contact-log/new*")
    page.goto("/")
    log_form(page)

    expect_begun(page)


def test_an_answer_that_never_arrived_is_not_logged_twice(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    begin(page, employer=7)

    def save_but_lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/contact-log/new*", save_but_lose_the_answer)
    with page.expect_event("requestfailed"):
        save(page)
    page.unroute("**/contact-log/new*")
    log_form(page, employer=7)

    expect(summary(page)).to_have_value("")
    page.goto("/employers/7")
    expect(page.locator(".app-log li").filter(has_text=SAID)).to_have_count(1)


def test_a_sign_in_that_ended_meanwhile_loses_nothing(devices: Callable[[], BrowserContext]) -> None:
    page = devices().new_page()
    sign_in(page)
    begin(page)
    elsewhere = devices().new_page()
    sign_in(elsewhere)
    elsewhere.get_by_role("button", name="Sign out everywhere else").click()
    elsewhere.wait_for_load_state()

    save(page)

    page.wait_for_url("**/sign-in?next=**")
    expect(page.get_by_text("Sign in, and the page opens again with what you typed.")).to_be_visible()
    fill_in_sign_in(page, *OFFICERS[1])
    page.wait_for_url("**/contact-log/new?employer=5")
    expect_begun(page)
    save(page)
    page.wait_for_url("**/employers/5")
    expect(page.locator(".app-log li").first).to_contain_text(SAID)


def test_a_form_whose_token_was_lost_is_saved_all_the_same(devices: Callable[[], BrowserContext]) -> None:
    page = devices().new_page()
    sign_in(page)
    begin(page)
    page.evaluate("for (const box of document.getElementsByName('csrf_token')) box.value = 'stale'")

    save(page)

    page.wait_for_url("**/employers/5")
    expect(page.locator(".app-log li").first).to_contain_text(SAID)


def test_mistakes_are_shown_with_what_was_typed(devices: Callable[[], BrowserContext]) -> None:
    page = log_form_of_somebody(devices)
    summary(page).fill(SAID)

    save(page)

    expect(page.locator(".govuk-error-summary")).to_contain_text("Select how you were in contact")
    expect(summary(page)).to_have_value(SAID)
    expect(page.locator(".app-draft")).to_have_count(0)


def log_form_of_somebody(devices: Callable[[], BrowserContext]) -> Page:
    page = devices().new_page()
    sign_in(page)
    return log_form(page)


def test_nobody_else_on_the_device_sees_what_was_typed(devices: Callable[[], BrowserContext]) -> None:
    phone = devices()
    page = phone.new_page()
    sign_in(page)
    begin(page)
    phone.clear_cookies()

    sign_in(page, officer=2)
    log_form(page)

    expect(summary(page)).to_have_value("")
    assert "would take two" not in page.evaluate("JSON.stringify(localStorage)")


def test_signing_out_forgets_what_was_typed(devices: Callable[[], BrowserContext]) -> None:
    page = devices().new_page()
    sign_in(page)
    begin(page)

    page.locator(".app-account summary").click()
    page.get_by_role("button", name="Sign out").click()

    page.wait_for_url("**/sign-in")
    assert "would take two" not in page.evaluate("JSON.stringify(localStorage)")
