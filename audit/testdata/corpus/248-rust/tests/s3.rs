use testcontainers::{runners::AsyncRunner, GenericImage};

#[tokio::test]
async fn lists() {
    // let img = "localstack/localstack:0.14.3";
    let _c = GenericImage::new("localstack/localstack", "0.14.3")
        .start()
        .await
        .unwrap();
}
