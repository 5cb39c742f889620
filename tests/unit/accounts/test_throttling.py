"""What counts as one place."""

import pytest

from crm.accounts.services.throttling import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_one_household_is_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network
