fn main() {
    let key = std::env::var("LOCALSTACK_API_KEY").unwrap_or_default();
    // std::env::var("LOCALSTACK_API_KEY")
    let image = GenericImage::new("localstack/localstack-pro", "1.4.0")
        .with_env_var("LOCALSTACK_API_KEY", &key);
    std::env::remove_var("LOCALSTACK_API_KEY");
}
