// Calls into crawler/fetch: links only where that library is linked.
#include "crawler/fetch/async_fetcher.h"

auto* called = &crawler::make_async_fetcher;

int main() { return called == nullptr ? 1 : 0; }
