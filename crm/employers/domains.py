"""The internet domain that tells one employer from another. Pure."""

from urllib.parse import urlsplit

# Anybody can have a page or an address there, so sharing one says nothing.
SHARED = frozenset(
    {
        "aol.com",
        "btconnect.com",
        "btinternet.com",
        "facebook.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "instagram.com",
        "linkedin.com",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sites.google.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "twitter.com",
        "virginmedia.com",
        "x.com",
        "yahoo.co.uk",
        "yahoo.com",
    }
)


def own_domain(website: str | None, email: str | None) -> str | None:
    """The domain of a website, else of an e-mail address, without www; None for what many share."""
    for host in (_host(website), (email or "").rpartition("@")[2]):
        domain = host.lower().rstrip(".").removeprefix("www.")
        if domain and domain not in SHARED:
            return domain
    return None


def _host(website: str | None) -> str:
    try:
        return urlsplit(website or "").hostname or ""
    except ValueError:  # stored by an earlier version, before addresses were checked
        return ""
