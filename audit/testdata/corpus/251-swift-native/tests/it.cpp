#include <cstdlib>
#include <iostream>

int main() {
    // LOCALSTACK_API_KEY is optional
    const char* key = std::getenv("LOCALSTACK_API_KEY");
    if (key == nullptr) {
        std::cerr << "LOCALSTACK_API_KEY is not set, skipping\n";
        return 77;
    }
    return 0;
}
