use tidings_letters::{Authentication, Letter, Verdict};

use super::mail;

#[test]
fn only_the_topmost_of_the_named_server_counts() {
    let mail = mail(
        "Authentication-Results: elsewhere.example; dmarc=pass\nAuthentication-Results: MX.example.org 1;\n dkim=fail \
         (no; dkim=pass) header.d=example.org;\n dkim=pass header.i=@Example.com; spf=softfail smtp.mailfrom=a@example.org;\n \
         dmarc = fail (p=none)\nAuthentication-Results: mx.example.org; dmarc=pass; spf=pass",
        "",
    );
    let letter = Letter::parse(mail.as_bytes()).unwrap();
    let found = letter.authentication("mx.example.org");
    assert_eq!((found.dmarc, found.dkim, found.spf), (Verdict::Fail, Verdict::Pass, Verdict::Neutral));
    assert_eq!(found.signed_by, ["example.com"]);
    assert!(found.is_there && found.speaks_against());
    assert_eq!(letter.authentication("elsewhere.example").dmarc, Verdict::Pass);
    for nobody in ["", "x", "example.org", "mx.example.or"] {
        assert!(!letter.authentication(nobody).is_there);
    }
}

#[test]
fn nothing_said_speaks_for_nobody() {
    let mail = mail("Authentication-Results: mx.example.org; none", "");
    let found = Letter::parse(mail.as_bytes()).unwrap().authentication("mx.example.org");
    assert!(found.is_there && !found.speaks_against());
    assert_eq!((found.dmarc, found.dkim, found.spf), (Verdict::None, Verdict::None, Verdict::None));
}

fn said(results: &str) -> Authentication {
    let mail = mail(&format!("Authentication-Results: mx.example.org; {results}"), "");
    Letter::parse(mail.as_bytes()).unwrap().authentication("mx.example.org")
}

#[test]
fn a_sending_server_that_may_not_speaks_against_a_mail_that_nothing_else_speaks_for() {
    for (results, against) in [
        ("spf=fail", true),
        ("spf=hardfail; dmarc=none; dkim=none", true),
        ("spf=softfail", false),
        ("spf=fail; dkim=pass header.d=example.com", false),
        ("spf=fail; dmarc=pass", false),
        ("spf=pass; dkim=fail", true),
        ("spf=pass; dmarc=fail", true),
        ("spf=temperror", false),
    ] {
        assert_eq!(said(results).speaks_against(), against, "{results}");
    }
}

#[test]
fn a_domain_stands_by_its_mail_by_dmarc_or_by_its_own_signature() {
    for (results, vouches) in [
        ("dmarc=pass", true),
        ("dkim=pass header.d=Example.org", true),
        ("dkim=pass header.i=@example.org; spf=fail", true),
        ("dkim=pass header.d=mail.example.org", false),
        ("dkim=pass header.d=badexample.org", false),
        ("dkim=pass header.d=ample.org", false),
        ("dkim=pass header.d=org", false),
        ("dkim=fail header.d=example.org", false),
        ("dkim=pass header.d=example.org; dmarc=fail", false),
        ("spf=pass smtp.mailfrom=example.org", false),
        ("none", false),
    ] {
        assert_eq!(said(results).vouches_for("example.ORG"), vouches, "{results}");
    }
    assert!(said("dkim=pass header.d=example.org").vouches_for("home.example.org"));
}
