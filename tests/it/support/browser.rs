//! What a browser does: keeps cookies, sends forms with their token, follows links when it is told to.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use scraper::{Html, Selector};

/// One browser, with its cookies.
pub struct Browser {
    address: SocketAddr,
    agent: ureq::Agent,
    cookies: Mutex<BTreeMap<String, String>>,
    network: Mutex<Option<String>>,
}

/// Every request comes from somewhere else, unless a test says where from.
static NETWORKS: AtomicU32 = AtomicU32::new(1);

/// What came back.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub body: String,
    pub bytes: Vec<u8>,
    pub headers: Vec<(String, String)>,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { address, agent, cookies: Mutex::default(), network: Mutex::default() }
    }

    /// The path of an address of ours, whole or not.
    fn url(&self, address: &str) -> String {
        let path = address.strip_prefix("http://").map_or(address, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
        format!("http://{}{}", self.address, path.split('#').next().unwrap_or_default())
    }

    /// Where the requests of this browser come from, from now on.
    pub fn comes_from(&self, network: &str) {
        *self.network.lock().expect("a network") = Some(network.to_owned());
    }

    fn network(&self) -> String {
        let fixed = self.network.lock().expect("a network").clone();
        fixed.unwrap_or_else(|| Ipv4Addr::from(0x0a00_0000 + NETWORKS.fetch_add(1, Ordering::Relaxed)).to_string())
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().expect("cookies");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn take_in(&self, response: ureq::http::Response<ureq::Body>) -> Response {
        let (parts, mut body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie");
            let (name, value) = text.split(';').next().and_then(|it| it.split_once('=')).expect("name=value");
            let mut cookies = self.cookies.lock().expect("cookies");
            if text.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let bytes = body.read_to_vec().expect("a body");
        Response { status: parts.status.as_u16(), body: String::from_utf8_lossy(&bytes).into_owned(), bytes, headers }
    }

    pub fn get(&self, address: &str) -> Response {
        self.get_with(address, &[])
    }

    pub fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self
            .agent
            .get(self.url(address))
            .header("cookie", self.cookie_header())
            .header("x-forwarded-for", self.network());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.take_in(request.call().expect("an answer"))
    }

    pub fn head(&self, address: &str) -> Response {
        let request = self
            .agent
            .head(self.url(address))
            .header("cookie", self.cookie_header())
            .header("x-forwarded-for", self.network());
        self.take_in(request.call().expect("an answer"))
    }

    /// Sends a form with the token that our pages give this browser.
    pub fn post(&self, address: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.get("/sign-in").csrf();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.post_raw(address, &fields, &[])
    }

    /// Sends just these fields and headers.
    pub fn post_raw(&self, address: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
        let mut request = self
            .agent
            .post(self.url(address))
            .header("cookie", self.cookie_header())
            .header("x-forwarded-for", self.network());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.take_in(request.send_form(fields.iter().copied()).expect("an answer"))
    }

    /// Sends a form with files in it, its token first, as our pages do: name of the field, name of the file, bytes.
    pub fn post_files(&self, address: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Response {
        let csrf = self.get("/sign-in").csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_files_raw(address, &all, files, &[])
    }

    /// Sends just these fields, files and headers.
    pub fn post_files_raw(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
        headers: &[(&str, &str)],
    ) -> Response {
        const BOUNDARY: &str = "----what-stands-between";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let mut request = self
            .agent
            .post(self.url(address))
            .header("cookie", self.cookie_header())
            .header("x-forwarded-for", self.network())
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.take_in(request.send(&body[..]).expect("an answer"))
    }

    /// Sends a form as a script does, which wants JSON.
    pub fn script(&self, address: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.get("/sign-in").csrf();
        self.post_raw(address, fields, &[("accept", "application/json"), ("x-csrf-token", &csrf)])
    }

    /// Sends a form and looks at the page that it leads to.
    pub fn submit(&self, address: &str, fields: &[(&str, &str)]) -> Response {
        let response = self.post(address, fields);
        assert_eq!(response.status, 303, "{}", response.text());
        self.get(&response.location())
    }

    /// The secret link of a page, as its organizer sees it.
    pub fn secret_link_of(&self, page: &str) -> String {
        self.get(&format!("{page}/settings")).texts(".secret-link code").pop().expect("a secret link")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> String {
        self.header("location").expect("a redirect").to_owned()
    }

    pub fn csrf(&self) -> String {
        self.attribute("input[name=csrf]", "value").expect("a form with a token")
    }

    /// What a script was answered.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON in ({}) {}", self.status, self.body))
    }

    /// What a reader sees, with single spaces.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.body);
        let text: String = html.root_element().text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn sees(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    #[track_caller]
    pub fn assert_sees(&self, words: &str) -> &Self {
        assert!(self.sees(words), "‘{words}’ not in ({}) {}", self.status, self.text());
        self
    }

    #[track_caller]
    pub fn assert_does_not_see(&self, words: &str) -> &Self {
        assert!(!self.sees(words), "‘{words}’ in ({}) {}", self.status, self.text());
        self
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn attribute(&self, selector: &str, attribute: &str) -> Option<String> {
        let selector = Selector::parse(selector).expect("a selector");
        let html = Html::parse_document(&self.body);
        html.select(&selector).next().and_then(|it| it.value().attr(attribute)).map(str::to_owned)
    }

    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        let html = Html::parse_document(&self.body);
        html.select(&selector)
            .map(|it| it.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The id of the member with this name or address on the list of people. It goes by what a reader sees: a token in the
    /// page could spell a short name.
    #[track_caller]
    pub fn member_called(&self, name: &str) -> String {
        let html = Html::parse_document(&self.body);
        let items = Selector::parse("li").expect("a selector");
        let id = html.select(&items).filter(|item| item.text().collect::<String>().contains(name)).find_map(|item| {
            let inside = item.inner_html();
            let ids = inside.split("/people/").skip(1).filter_map(|rest| rest.split(['/', '"']).next());
            ids.map(str::to_owned).find(|id| uuid::Uuid::try_parse(id).is_ok())
        });
        id.unwrap_or_else(|| panic!("‘{name}’ is not on the list of people ({}) {}", self.status, self.text()))
    }

    pub fn count(&self, selector: &str) -> usize {
        self.texts(selector).len()
    }
}
