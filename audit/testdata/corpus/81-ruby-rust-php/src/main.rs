//! LOCALSTACK_API_KEY
/// Reads `LOCALSTACK_API_KEY`.
fn key() -> Option<String> {
    /* outer /* LOCALSTACK_API_KEY */ still LOCALSTACK_API_KEY */
    std::env::var("LOCALSTACK_API_KEY").ok() // LOCALSTACK_API_KEY
}

fn main() {
    std::env::remove_var("LOCALSTACK_API_KEY");
    println!("{:?}", key());
}
