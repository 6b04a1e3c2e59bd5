//! A photo from a phone in, the sizes that Tidings shows out.
