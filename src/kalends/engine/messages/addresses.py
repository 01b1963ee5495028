"""Which network addresses may be called in the name of an account: public ones only, unless the operator allows more.

Whoever may add a webhook could otherwise have the server call what only the server reaches: its own database, its
neighbours, the metadata service of a cloud.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a public host; so must every IPv4 address that an IPv6 address carries."""
    return all(_is_public(each) for each in _with_embedded(ip_address(address.partition("%")[0])))


def _is_public(address: Address) -> bool:
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_site_local)


def _with_embedded(address: Address) -> Iterator[Address]:
    """The address, or the IPv4 addresses to which it leads: mapped, compatible, by NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _NAT64 or address in _IPV4_COMPATIBLE:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
        yield from address.teredo or ()
        yield from [address.sixtofour] if address.sixtofour else ()
