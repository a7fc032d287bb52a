class Stack {
    // LOCALSTACK_API_KEY
    static key = System.getenv('LOCALSTACK_API_KEY')
    static url = 'http://localhost:4566' /* LOCALSTACK_API_KEY */
}
