package org.ppl4j.integration;

import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The way that a call takes through the library, as somebody walks who reads it with a finger on
 * the page: from class to class, and back.
 *
 * <p>The rule: a class is a file, nested classes and lambdas being a part of it. A call counts
 * where caller and called are of different classes of {@code org.ppl4j}, however little it does,
 * and calls of methods that others inherit count where they are written. What Java, DJL and
 * generated code do is not looked into, but what they call is. Only the thread that walks counts,
 * between {@link #begin} and {@link #end}, of an operation that was done before.
 *
 * @param classes that were entered
 * @param calls from one class to another
 * @param returns how often it went back to each class
 */
public record Walk(int classes, long calls, ImmutableSortedMap<String, Long> returns) {

  private static final ThreadLocal<Walker> WALKERS = new ThreadLocal<>();

  /** Counts from here on. */
  public static void begin() {
    WALKERS.set(new Walker());
  }

  /** What was counted. */
  public static Walk end() {
    Walker walker = WALKERS.get();
    WALKERS.remove();
    return new Walk(
        walker.entered.size(),
        walker.entered.values().stream().mapToLong(Long::longValue).sum(),
        ImmutableSortedMap.copyOf(walker.returned));
  }

  /** The class that it went back to most often. */
  String hub() {
    return returns.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("none");
  }

  /** How often it went back to the {@link #hub}. */
  long returnsToHub() {
    return returns.getOrDefault(hub(), 0L);
  }

  /** Called at the start of each method. */
  public static void enter(String file) {
    Walker walker = WALKERS.get();
    if (walker != null) {
      walker.enter(file);
    }
  }

  /** Called where a method ends, unless it throws. */
  public static void exit(String file) {
    Walker walker = WALKERS.get();
    if (walker != null) {
      walker.exit(file);
    }
  }

  private static final class Walker {

    private final Map<String, Long> entered = new TreeMap<>();
    private final Map<String, Long> returned = new TreeMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    void enter(String file) {
      String caller = open.peek();
      if (!file.equals(caller)) {
        entered.merge(file, 1L, Long::sum);
        if (caller != null) {
          returned.merge(caller, 1L, Long::sum);
        }
      }
      open.push(file);
    }

    /** What threw has left its place open. */
    void exit(String file) {
      while (!open.isEmpty() && !open.pop().equals(file)) {}
    }
  }

  /** Loads classes of the library anew, such that they count. */
  static final class Loader extends ClassLoader {

    private static final String LIBRARY = "org.ppl4j.";

    Loader() {
      super(Walk.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(LIBRARY) || file(name).equals(Walk.class.getName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? counting(name) : known;
      }
    }

    private static String file(String name) {
      int nested = name.indexOf('$');
      return nested < 0 ? name : name.substring(0, nested);
    }

    private Class<?> counting(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        ClassReader reader = new ClassReader(in);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Counting(writer, file(name)), 0);
        byte[] code = writer.toByteArray();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Writes {@link #enter} and {@link #exit} into each method. */
  private static final class Counting extends ClassVisitor {

    private static final String WALK = Walk.class.getName().replace('.', '/');

    private final String file;

    Counting(ClassVisitor next, String file) {
      super(Opcodes.ASM9, next);
      this.file = file;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(
          Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {

        @Override
        public void visitCode() {
          super.visitCode();
          call("enter");
        }

        @Override
        public void visitInsn(int opcode) {
          if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
            call("exit");
          }
          super.visitInsn(opcode);
        }

        private void call(String method) {
          super.visitLdcInsn(file);
          super.visitMethodInsn(Opcodes.INVOKESTATIC, WALK, method, "(Ljava/lang/String;)V", false);
        }
      };
    }
  }
}
