/* PTRACE_PEEKDATA, PTRACE_POKETEXT: memory that the tracee may not touch itself, breakpoints, single steps. */
#include "trace.h"
#include <sys/mman.h>

__attribute__((noinline)) static int target(int x) {
  __asm__ volatile("" ::: "memory");
  return x + 1;
}

static volatile long shared_word = 0x1122334455667788;
static char *unreadable;

static void tracee(void) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  int sum = 0;
  for (int i = 0; i < 20000; i++) sum += target(i);
  raise(SIGUSR1);
  sum += target(41);
  _exit(shared_word == 99 && sum != 0 ? 5 : 6);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  unreadable = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(unreadable, "secretly", 8);
  mprotect(unreadable, 4096, PROT_READ);
  pid_t pid = fork();
  if (pid == 0) tracee();
  show_wait("begin", pid);
  errno = 0;
  printf("peek %lx\n", ptrace(PTRACE_PEEKDATA, pid, &shared_word, 0));
  CALL(ptrace(PTRACE_PEEKDATA, pid, 8, 0));
  CALL(ptrace(PTRACE_POKEDATA, pid, 8, 0));
  CALL(ptrace(PTRACE_POKEDATA, pid, &shared_word, 99L));
  printf("own word %lx\n", shared_word);
  CALL(ptrace(PTRACE_POKEDATA, pid, unreadable, 0x6363636363636363));
  printf("peek %lx own %.8s\n", ptrace(PTRACE_PEEKDATA, pid, unreadable, 0), unreadable);

  /* A breakpoint where the function has run often enough to be translated. */
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  show_wait("signal", pid);
  long text = ptrace(PTRACE_PEEKTEXT, pid, target, 0);
  CALL(ptrace(PTRACE_POKETEXT, pid, target, (text & ~0xffL) | 0xcc));
  printf("own text changed %d\n", *(unsigned char *)target == 0xcc);
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  show_wait("breakpoint", pid);
  siginfo_t info;
  CALL(ptrace(PTRACE_GETSIGINFO, pid, 0, &info));
  printf("code %x\n", info.si_code);
  struct user_regs_struct regs = registers(pid);
  printf("behind it %d, orig_rax %lld, argument %lld\n", regs.rip == (unsigned long)target + 1, regs.orig_rax, regs.rdi & 0xffffffff);
  CALL(ptrace(PTRACE_POKETEXT, pid, target, text));
  regs.rip--;
  CALL(ptrace(PTRACE_SETREGS, pid, 0, &regs));
  for (int i = 0; i < 3; i++) {
    unsigned long long before = registers(pid).rip;
    CALL(ptrace(PTRACE_SINGLESTEP, pid, 0, 0));
    show_wait("step", pid);
    CALL(ptrace(PTRACE_GETSIGINFO, pid, 0, &info));
    unsigned long long after = registers(pid).rip;
    printf("code %d, at rip %d, moved %d\n", info.si_code, (unsigned long long)info.si_addr == after, after != before);
  }
  char path[40], text8[8] = {0};
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int mem = open(path, O_RDWR);
  DONE(pread(mem, text8, 8, (long)target));
  printf("as through ptrace %d\n", memcmp(text8, &text, 8) == 0);
  DONE(pwrite(mem, "wordly!!", 8, (long)unreadable));
  DONE(pread(mem, text8, 8, (long)unreadable));
  printf("written %.8s own %.8s\n", text8, unreadable);
  CALL(pread(mem, text8, 8, 16));
  CALL(close(mem));
  struct iovec part = {&regs, sizeof regs};
  CALL(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part));
  printf("%zu bytes, cs %llx ss %llx\n", part.iov_len, regs.cs, regs.ss);
  struct user_fpregs_struct fp;
  CALL(ptrace(PTRACE_GETFPREGS, pid, 0, &fp));
  printf("cwd %x\n", fp.cwd);
  CALL(ptrace(PTRACE_GETREGSET, pid, 0x7777, &part));
  CALL(ptrace(PTRACE_CONT, pid, 0, 1000L));
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  show_wait("end", pid);
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
}
