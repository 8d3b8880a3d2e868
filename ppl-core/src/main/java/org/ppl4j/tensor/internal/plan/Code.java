package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V17;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Code that is generated for steps on few numbers, where an interpreter takes longer to find out
 * what to do than to do it. Neighbouring steps share a class, whose methods are no longer than the
 * compiler of the virtual machine compiles. Plans whose steps are the same, such as those of one
 * model on one data set after another, share it too, so that it is compiled once.
 */
final class Code {

  /** Of a method: some 4,000 bytes of 8,000, beyond which nothing is compiled. */
  static final int MOST_OPERATIONS = 150;

  /** Of a class, whose table of constants has 65,535 places: an operation takes four at most. */
  private static final int MOST_OF_CLASS = 10_000;

  static final String NAME = "org/ppl4j/tensor/internal/plan/Generated";
  private static final String PART = "([[D)V";
  static final String STORE = "org/ppl4j/tensor/internal/plan/Store";
  private static final String RUN = "(L" + STORE + ";)V";

  /** What was generated, by its bytes, and what it was generated for, as long as memory is left. */
  private static final Cache<Object, Object> SHARED =
      CacheBuilder.newBuilder().softValues().build();

  private Code() {}

  /** What code was generated for, about. */
  private record Likeness(int number) {

    static Likeness of(List<Action> steps) {
      int number = steps.size();
      for (Action step : steps) {
        number = 31 * number + (step instanceof Codable codable ? codable.likeness() : 0);
      }
      return new Likeness(number);
    }
  }

  /**
   * Whether code was generated for steps that look the same, so that it is there and compiled, or
   * soon will be.
   */
  static boolean isKnown(List<Action> steps) {
    return SHARED.getIfPresent(Likeness.of(steps)) != null;
  }

  /** The same steps, those on few numbers by code. */
  static Action[] of(List<Action> steps) {
    SHARED.put(Likeness.of(steps), true);
    List<Action> result = new ArrayList<>();
    List<Codable> run = new ArrayList<>();
    int operations = 0;
    for (Action step : steps) {
      if (step instanceof Codable codable && codable.operations() <= MOST_OPERATIONS) {
        operations += codable.operations();
        if (operations > MOST_OF_CLASS) {
          add(run, result);
          operations = codable.operations();
        }
        run.add(codable);
      } else {
        add(run, result);
        operations = 0;
        result.add(step);
      }
    }
    add(run, result);
    return result.toArray(Action[]::new);
  }

  private static void add(List<Codable> run, List<Action> result) {
    if (!run.isEmpty()) {
      result.add(generated(run));
      run.clear();
    }
  }

  /** A class of an interface, whose methods are to be written. */
  static ClassWriter begun(Class<?> type) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    String[] interfaces = {type.getName().replace('.', '/')};
    writer.visit(V17, ACC_FINAL, NAME, null, "java/lang/Object", interfaces);
    MethodVisitor made = writer.visitMethod(0, "<init>", "()V", null, null);
    made.visitCode();
    made.visitVarInsn(ALOAD, 0);
    made.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    end(made);
    return writer;
  }

  /** The steps of a scan, of a static method that is written by this. */
  static ScanCode.Steps steps(Consumer<MethodVisitor> code) {
    ClassWriter writer = begun(ScanCode.Steps.class);
    MethodVisitor run = writer.visitMethod(ACC_PUBLIC, "run", ScanCode.TYPE, null, null);
    run.visitCode();
    run.visitVarInsn(ALOAD, 1);
    run.visitVarInsn(ALOAD, 2);
    run.visitVarInsn(ILOAD, 3);
    run.visitVarInsn(ILOAD, 4);
    run.visitVarInsn(ILOAD, 5);
    run.visitVarInsn(ILOAD, 6);
    run.visitMethodInsn(INVOKESTATIC, NAME, "steps", ScanCode.TYPE, false);
    end(run);
    int access = ACC_PRIVATE | ACC_STATIC;
    MethodVisitor steps = writer.visitMethod(access, "steps", ScanCode.TYPE, null, null);
    steps.visitCode();
    code.accept(steps);
    end(steps);
    return (ScanCode.Steps) made(writer);
  }

  private static Action generated(List<Codable> steps) {
    ClassWriter writer = begun(Action.class);
    MethodVisitor all = writer.visitMethod(ACC_PUBLIC, "run", RUN, null, null);
    all.visitCode();
    all.visitVarInsn(ALOAD, 1);
    all.visitMethodInsn(INVOKEVIRTUAL, STORE, "doubles", "()[[D", false);
    all.visitVarInsn(ASTORE, 2);
    int methods = 0;
    for (int i = 0; i < steps.size(); methods++) {
      String name = "part" + methods;
      MethodVisitor part = writer.visitMethod(ACC_PRIVATE | ACC_STATIC, name, PART, null, null);
      part.visitCode();
      MethodCode code = new MethodCode(part);
      int operations = 0;
      do {
        operations += steps.get(i).operations();
        steps.get(i++).write(code);
      } while (i < steps.size() && operations + steps.get(i).operations() <= MOST_OPERATIONS);
      end(part);
      all.visitVarInsn(ALOAD, 2);
      all.visitMethodInsn(INVOKESTATIC, NAME, name, PART, false);
    }
    end(all);
    return (Action) made(writer);
  }

  /** An object of a class, of which equal ones share it. */
  static Object made(ClassWriter writer) {
    writer.visitEnd();
    byte[] bytes = writer.toByteArray();
    return SHARED.asMap().computeIfAbsent(ByteBuffer.wrap(bytes), same -> instance(bytes));
  }

  /**
   * Does something as long as a local variable is less than what a body pushes, and each time adds
   * a step to it.
   */
  static void loop(MethodVisitor to, int counter, Runnable end, int step, Runnable body) {
    Label begin = new Label();
    Label after = new Label();
    to.visitLabel(begin);
    to.visitVarInsn(ILOAD, counter);
    end.run();
    to.visitJumpInsn(IF_ICMPGE, after);
    body.run();
    if (step == 1) {
      to.visitIincInsn(counter, 1);
    } else {
      to.visitVarInsn(ILOAD, counter);
      to.visitLdcInsn(step);
      to.visitInsn(IADD);
      to.visitVarInsn(ISTORE, counter);
    }
    to.visitJumpInsn(GOTO, begin);
    to.visitLabel(after);
  }

  static void end(MethodVisitor method) {
    method.visitInsn(RETURN);
    method.visitMaxs(0, 0); // computed
    method.visitEnd();
  }

  private static Object instance(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return lookup.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code is not accepted by the virtual machine", e);
    }
  }
}
