// Calls into crawler/parse: links only where that library is linked.
#include "crawler/parse/parser_pool.h"

auto* called = &crawler::make_parser_pool;

int main() { return called == nullptr ? 1 : 0; }
