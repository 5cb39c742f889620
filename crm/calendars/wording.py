"""A feed's address, as programs want it. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """The same feed under two schemes: one to copy, one that a phone or a Mac opens as a subscription."""

    web: str = field(repr=False)
    subscription: str = field(repr=False)

    @classmethod
    def of(cls, address: str) -> "Address":
        return cls(address, f"webcal://{address.partition('://')[2]}")
