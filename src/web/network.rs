//! Who is at the other end of the socket.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// The client's address: the socket's, unless that is a trusted proxy; then the last address in `X-Forwarded-For`
/// that is not one.
pub(super) fn client_address(peer: Option<SocketAddr>, forwarded_for: Option<&str>, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut client = peer;
    for hop in forwarded_for.unwrap_or_default().rsplit(',') {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// What is counted as one place: an IPv4 address, or the /64 that one household has of IPv6.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let peer = Some("203.0.113.9:5000".parse().unwrap());
        let forged = Some("198.51.100.1");
        assert_eq!(client_address(peer, forged, &[]).to_string(), "203.0.113.9");
        let trusted = ["203.0.113.0/24".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        assert_eq!(client_address(peer, forged, &trusted).to_string(), "198.51.100.1");
        let chain = Some("1.2.3.4, 198.51.100.1, 10.1.1.1");
        assert_eq!(client_address(peer, chain, &trusted).to_string(), "198.51.100.1");
        assert_eq!(client_address(peer, Some("nonsense"), &trusted).to_string(), "203.0.113.9");
    }

    #[test]
    fn a_household_counts_once() {
        assert_eq!(network_of("2001:db8:1:2:3::4".parse().unwrap()).to_string(), "2001:db8:1:2::");
    }
}
