"""Which addresses may be called."""

import pytest

from kalends.engine.messages.addresses import is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_hosts_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "::1", "::"),
        *("10.0.0.8", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fc00::1", "fec0::1"),
        *("169.254.169.254", "fe80::1", "fe80::1%eth0"),
        *("224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "2001:db8::1"),
        # IPv6 addresses that lead to private IPv4 ones
        *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:8::1"),
    ],
)
def test_all_others_may_not(address: str) -> None:
    assert not is_public(address)
