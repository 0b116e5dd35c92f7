.class Hello

.method public static main ([Ljava/lang/String;)V
  getstatic java/lang/System out Ljava/io/PrintStream;
  ldc "hello, world"
  invokevirtual java/io/PrintStream println (Ljava/lang/String;)V
  getstatic java/lang/System out Ljava/io/PrintStream;
  aload 0
  arraylength
  invokevirtual java/io/PrintStream println (I)V
  return
