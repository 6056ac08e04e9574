//! The registry service, as a child process and through its command line.
