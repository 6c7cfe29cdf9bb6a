// The sandbox of a parser worker, entered after its start and before its first byte of input.
//
// Who trusts whom: nobody trusts a document. Whoever wrote it may have taken over the worker that
// parses it, through a bug in gumbo, ICU, expat or weft. Such a worker can still compute, within
// its memory and until its deadline, and answer the crawl on one descriptor; the crawl checks every
// field of that answer (decode_document). It cannot open a file, reach a network, start a process,
// see another one's memory, or outlive the crawl.
#pragma once

namespace parser {

// Confines the calling process, which has one thread: resource limits, no new privileges, every
// descriptor but `channel` and stderr closed, a filter of system calls, and death with the parent,
// which must have made the socket `channel`. Throws std::runtime_error, naming the step, where one
// fails; the process must then not read its input.
//
// Under a sanitizer (WEFT_SANITIZED), which maps terabytes and opens files, the address space and
// system calls are not limited; describe_sandbox() says so.
void enter_sandbox(int channel);

// "confined", or what a sanitized build leaves out. For --version.
const char* describe_sandbox();

}  // namespace parser
