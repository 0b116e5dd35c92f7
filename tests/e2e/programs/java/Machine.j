; What a Java machine asks of the kernel below it: compiled loops, faults that become exceptions, threads, collections
; of garbage, a child process, an exit code.
.class Machine java/lang/Thread
.field count I

.method public static main ([Ljava/lang/String;)V
  ldc "loop"
  invokestatic Machine loop ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "null pointers"
  invokestatic Machine nulls ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "stack"
  invokestatic Machine overflow ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "division"
  invokestatic Machine divide ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "garbage"
  invokestatic Machine garbage ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "memory"
  invokestatic Machine exhaust ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "threads"
  invokestatic Machine threads ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  ldc "child"
  invokestatic Machine child ()I
  invokestatic Machine show (Ljava/lang/String;I)V
  bipush 7
  invokestatic java/lang/System exit (I)V
  return

.method static show (Ljava/lang/String;I)V
  getstatic java/lang/System out Ljava/io/PrintStream;
  aload 0
  invokevirtual java/io/PrintStream println (Ljava/lang/String;)V
  getstatic java/lang/System out Ljava/io/PrintStream;
  iload 1
  invokevirtual java/io/PrintStream println (I)V
  return

; Compiled while it runs.
.method static loop ()I
  iconst_0
  istore 0
  iconst_0
  istore 1
again:
  iload 0
  iload 1
  iload 1
  imul
  iadd
  istore 0
  iinc 1 1
  iload 1
  ldc 3000000
  if_icmplt again
  iload 0
  ireturn

; Once the method is compiled, the check for null is a SIGSEGV.
.method static nulls ()I
  iconst_0
  istore 0
  iconst_0
  istore 1
again:
  aconst_null
  astore 2
  iload 1
  sipush 255
  iand
  ifeq try
  ldc "text"
  astore 2
try:
  aload 2
  invokestatic Machine length (Ljava/lang/String;)I
  pop
tried:
  goto next
caught:
  pop
  iinc 0 1
next:
  iinc 1 1
  iload 1
  ldc 50000
  if_icmplt again
  iload 0
  ireturn
  .catch java/lang/NullPointerException try tried caught

.method static length (Ljava/lang/String;)I
  aload 0
  invokevirtual java/lang/String length ()I
  ireturn

.method static deep (I)I
  iload 0
  iconst_1
  iadd
  invokestatic Machine deep (I)I
  ireturn

.method static overflow ()I
try:
  iconst_0
  invokestatic Machine deep (I)I
  ireturn
tried:
caught:
  pop
  iconst_1
  ireturn
  .catch java/lang/StackOverflowError try tried caught

.method static divide ()I
try:
  iconst_1
  iconst_0
  idiv
  ireturn
tried:
caught:
  pop
  iconst_1
  ireturn
  .catch java/lang/ArithmeticException try tried caught

; 200 MB in pieces of 10 kB, through a heap of less.
.method static garbage ()I
  iconst_0
  istore 0
again:
  sipush 10000
  newarray 8
  astore 1
  iinc 0 1
  iload 0
  sipush 20000
  if_icmplt again
  invokestatic java/lang/System gc ()V
  aload 1
  arraylength
  ireturn

.method static exhaust ()I
try:
  ldc 1000000000
  newarray 8
  arraylength
  ireturn
tried:
caught:
  pop
  iconst_1
  ireturn
  .catch java/lang/OutOfMemoryError try tried caught

.method static synchronized increment ()V
  getstatic Machine count I
  iconst_1
  iadd
  putstatic Machine count I
  return

.method public run ()V
  iconst_0
  istore 1
again:
  invokestatic Machine increment ()V
  iinc 1 1
  iload 1
  sipush 2000
  if_icmplt again
  return

.method static threads ()I
  new Machine
  dup
  invokespecial Machine <init> ()V
  astore 0
  new Machine
  dup
  invokespecial Machine <init> ()V
  astore 1
  aload 0
  invokevirtual java/lang/Thread start ()V
  aload 1
  invokevirtual java/lang/Thread start ()V
  aload 0
  invokevirtual java/lang/Thread join ()V
  aload 1
  invokevirtual java/lang/Thread join ()V
  getstatic Machine count I
  ireturn

.method static child ()I
  invokestatic java/lang/Runtime getRuntime ()Ljava/lang/Runtime;
  ldc "false"
  invokevirtual java/lang/Runtime exec (Ljava/lang/String;)Ljava/lang/Process;
  invokevirtual java/lang/Process waitFor ()I
  ireturn
