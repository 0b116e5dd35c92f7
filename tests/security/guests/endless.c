/* Never ends: spins, with children that spin, deaf to every signal that can be ignored. */
#include <signal.h>
#include <unistd.h>

int main(void) {
  for (int signo = 1; signo < 65; signo++) signal(signo, SIG_IGN);
  fork();
  fork();
  for (volatile unsigned i = 0;; i++) {
  }
}
