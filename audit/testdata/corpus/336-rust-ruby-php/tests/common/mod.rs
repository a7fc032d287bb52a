use std::env;

/// Reads LOCALSTACK_API_KEY.
pub fn licence() -> Option<String> {
    env::var("LOCALSTACK_API_KEY").ok()
}

pub fn scrub() {
    env::remove_var("LOCALSTACK_API_KEY");
    assert!(env::var("LOCALSTACK_API_KEY").is_err());
}

const TAG: &str = "3.8";
