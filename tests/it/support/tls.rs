//! Certificates, by an authority that nobody knows until they are told.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Somebody who says of servers who they are.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("authority.pem"), issuer.pem()).expect("its certificate");
        Self { issuer, folder }
    }

    /// The file to trust, for `SSL_CERT_FILE`.
    pub fn file(&self) -> String {
        self.folder.path().join("authority.pem").display().to_string()
    }

    /// The files of a server's certificate and key: for its name, or its address.
    pub fn files_for(&self, name: &str) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.issue(name);
        let files = (self.folder.path().join("server.pem"), self.folder.path().join("server.key"));
        std::fs::write(&files.0, certificate.pem()).expect("a certificate");
        std::fs::write(&files.1, key.serialize_pem()).expect("a key");
        files
    }

    /// The same for a server in this process.
    pub fn server_for(&self, name: &str) -> Arc<ServerConfig> {
        let (certificate, key) = self.issue(name);
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(chain, key);
        Arc::new(config.expect("a certificate and its key"))
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        (params.signed_by(&key, &self.issuer).expect("a certificate"), key)
    }
}
