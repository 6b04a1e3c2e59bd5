//! Asks the DNS, for a short time.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{ResolverBuilder, TokioResolver};

/// How long to wait for each answer, and how often to ask for one.
const PATIENCE: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 1;

/// The DNS did not answer, and why: nothing is known then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked(pub String);

/// Whoever answers what stands in the DNS. Where nobody answers once, nobody is asked again.
pub struct Dns {
    resolver: TokioResolver,
    silent: OnceLock<Unasked>,
}

impl Dns {
    /// Asks whom this machine asks, or the server that is given.
    pub fn open(server: Option<SocketAddr>) -> Result<Self, Unasked> {
        let unasked = |error: hickory_resolver::net::NetError| Unasked(error.to_string());
        let mut builder: ResolverBuilder<TokioRuntimeProvider> = match server {
            None => TokioResolver::builder_tokio().map_err(unasked)?,
            Some(server) => {
                let mut it = NameServerConfig::udp_and_tcp(server.ip());
                for connection in &mut it.connections {
                    connection.port = server.port();
                }
                let config = ResolverConfig::from_name_servers(vec![it]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = (PATIENCE, ATTEMPTS);
        Ok(Self { resolver: builder.build().map_err(unasked)?, silent: OnceLock::new() })
    }

    /// The texts at a name, each in one piece (RFC 7208, 3.3).
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Unasked> {
        let pick = |data: &RData| match data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        };
        self.ask(name, RecordType::TXT, pick).await
    }

    /// The servers that take mail for a domain; "." for none at all (RFC 7505).
    pub async fn exchanges(&self, domain: &str) -> Result<Vec<String>, Unasked> {
        let pick = |data: &RData| match data {
            RData::MX(exchange) => Some(exchange.exchange.to_string()),
            _ => None,
        };
        self.ask(domain, RecordType::MX, pick).await
    }

    async fn ask(
        &self,
        name: &str,
        kind: RecordType,
        pick: impl Fn(&RData) -> Option<String>,
    ) -> Result<Vec<String>, Unasked> {
        if let Some(unasked) = self.silent.get() {
            return Err(unasked.clone());
        }
        // With a dot at its end, nothing is put behind the name.
        match self.resolver.lookup(format!("{}.", name.trim_end_matches('.')), kind).await {
            Ok(answer) => Ok(answer.answers().iter().filter_map(|record| pick(&record.data)).collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => Err(self.silent.get_or_init(|| Unasked(error.to_string())).clone()),
        }
    }
}
