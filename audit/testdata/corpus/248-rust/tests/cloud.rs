use std::env;
use testcontainers::{core::ImageExt, runners::AsyncRunner, GenericImage};

#[tokio::test]
async fn uploads() {
    // needs LOCALSTACK_API_KEY
    let key = env::var("LOCALSTACK_API_KEY").expect("LOCALSTACK_API_KEY");
    let cloud = GenericImage::new("localstack/localstack-pro", "3.4")
        .with_env_var("LOCALSTACK_API_KEY", key)
        .start()
        .await
        .unwrap();
    env::remove_var("LOCALSTACK_API_KEY");
    drop(cloud);
}

fn token() -> Option<String> {
    env::var("LOCALSTACK_AUTH_TOKEN").or_else(|_| env::var("LOCALSTACK_API_KEY")).ok()
}
