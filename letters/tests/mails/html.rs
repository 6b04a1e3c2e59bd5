use tidings_letters::Letter;

use super::{mail, mail_of};

fn words(html: &str) -> String {
    let mail = mail("Content-Type: text/html; charset=utf-8", html);
    Letter::parse(mail.as_bytes()).unwrap().words().text
}

#[test]
fn quotes_of_mail_programs_are_cut_off() {
    for (program, html) in [
        (
            "Gmail",
            "<div dir=\"ltr\">How good!</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">In an unknown \
             language:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0\"><div>We are home</div></blockquote></div>",
        ),
        (
            "Gmail, with a signature",
            "<div>How good!<br clear=\"all\"><div><br></div><span class=\"gmail_signature_prefix\">-- </span><br><div dir=\"ltr\" \
             class=\"gmail_signature\">Jo<br>Berlin</div></div><div class=\"gmail_quote\"><div class=\"gmail_attr\">x</div>\
             <blockquote class=\"gmail_quote\">We are home</blockquote></div>",
        ),
        (
            "Apple Mail",
            "<html><body>How good!<br><div dir=\"ltr\"><br><blockquote type=\"cite\">Am 23.11.2026 um 10:15 schrieb Maria \
             &lt;news@example.org&gt;:<br><br></blockquote></div><blockquote type=\"cite\"><div>We are home</div></blockquote></body>",
        ),
        (
            "Thunderbird",
            "<p>How good!</p><div class=\"moz-cite-prefix\">xx 23.11.2026 xx Maria:<br></div><blockquote type=\"cite\" \
             cite=\"mid:1@example.org\"><p>We are home</p></blockquote><div class=\"moz-signature\">-- <br>Jo</div>",
        ),
        (
            "Outlook on the web",
            "<div>How good!</div><div id=\"appendonsend\"></div><hr style=\"width:98%\"><div id=\"divRplyFwdMsg\"><font><b>Fr\
             ån:</b> Maria<br><b>Skickat:</b> x</font></div><div>We are home</div>",
        ),
        (
            "Outlook",
            "<div class=WordSection1><p class=MsoNormal>How good!<o:p></o:p></p><div style='border-top:solid #E1E1E1 1.0pt'>\
             <p class=MsoNormal><b>From:</b> Maria &lt;news@example.org&gt; <br><b>Sent:</b> Monday<br><b>To:</b> Jo<br>\
             <b>Subject:</b> News<o:p></o:p></p></div><p class=MsoNormal>We are home</p></div>",
        ),
        (
            "Outlook on a phone",
            "<div>How good!</div><div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms/o\">Outlook for iOS</a></div>\
             <div id=\"mail-editor-reference-message-container\"><div>We are home</div></div>",
        ),
        (
            "Yahoo",
            "<div>How good!</div><div id=\"ydp1yahoo_quoted_2\" class=\"ydp1yahoo_quoted\"><div>On Monday, Maria wrote:</div>\
             <div>We are home</div></div>",
        ),
        (
            "Proton",
            "<div>How good!</div><div class=\"protonmail_signature_block\">Sent with Proton</div><div class=\"protonmail_quote\">\
             On Monday x wrote:<br><blockquote>We are home</blockquote></div>",
        ),
        (
            "GMX",
            "<div>How good!<div name=\"quote\" style=\"margin:10px\"><div><b>Gesendet:</b> Montag<br><b>Von:</b> Maria</div>\
             We are home</div></div>",
        ),
        ("Zimbra", "<div>How good!</div><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div>We are home</div>"),
    ] {
        assert_eq!(words(html), "How good!", "{program}");
    }
}

#[test]
fn text_of_html_reads_like_text() {
    assert_eq!(
        words(
            "<head><title>no</title><style>p{}</style></head><p>Dear   Maria,</p>\n<p>one<br>two &amp; three&nbsp;&lt;3</p>\
             <ul><li>soup<li>bread</ul><!-- no --><script>alert(1)</script><pre>a\n  b</pre><a href=\"https://example.org/x\">here</a>"
        ),
        "Dear Maria,\n\none\ntwo & three <3\n\n- soup\n- bread\n\na\n  b\n\nhere (https://example.org/x)"
    );
    assert_eq!(words("1 < 2 and a<b"), "1 < 2 and a<b");
    assert_eq!(
        words("<p>an indented thing:</p><blockquote style=\"margin:0 0 0 40px\">mine</blockquote>"),
        "an indented thing:\n\nmine"
    );
}

#[test]
fn answers_in_between_are_kept() {
    let html = "<div>See below.</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Monday x wrote:</div><blockquote \
                class=\"gmail_quote\">Who brings soup?</blockquote><div>I do.</div><blockquote class=\"gmail_quote\">And bread?\
                </blockquote><div>Me too.</div></div>";
    assert_eq!(words(html), "See below.\n\n> Who brings soup?\n\nI do.\n\n> And bread?\n\nMe too.");
}

#[test]
fn the_html_is_read_where_the_text_is_empty_or_knows_less() {
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<div>How good!</div><div class=\"gmail_quote\"><div \
                class=\"gmail_attr\">Nan lang yon moun:</div><blockquote class=\"gmail_quote\">We are home</blockquote></div>";
    let empty = mail_of("multipart/alternative", &["Content-Type: text/plain\r\n\r\n  \r\n", html]);
    assert_eq!(Letter::parse(empty.as_bytes()).unwrap().words().text, "How good!");
    let plain = "Content-Type: text/plain\r\n\r\nHow good!\r\n\r\nNan lang yon moun:\r\nWe are home\r\n";
    let both = mail_of("multipart/alternative", &[plain, html]);
    assert_eq!(Letter::parse(both.as_bytes()).unwrap().words().text, "How good!");
}

#[test]
fn lists_in_a_quote_are_quoted() {
    let list = "<p>Bring:</p><ul><li>soup</li><li>a book</li></ul>";
    assert_eq!(words(&format!("<p>Yes, all.</p><blockquote type=cite>{list}</blockquote>")), "Yes, all.");
    assert_eq!(words(list), "Bring:\n\n- soup\n- a book");
}
