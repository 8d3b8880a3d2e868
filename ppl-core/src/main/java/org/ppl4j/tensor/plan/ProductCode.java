package org.ppl4j.tensor.plan;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.D2F;
import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DLOAD;
import static org.objectweb.asm.Opcodes.DMUL;
import static org.objectweb.asm.Opcodes.DSTORE;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.F2D;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.ISUB;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The code of {@link ProductLoops}, one source for both types. The compiler of the virtual machine
 * makes vector code of a loop over arrays which all have the counter as their index, if it has no
 * more than about twenty loads, stores and products: three sums of three multiples, 1.3 times as
 * fast as four of two.
 */
final class ProductCode {

  private static final ProductLoops[][] MADE = made();

  private static final int N = 1; // the first argument

  private final MethodVisitor to;
  private final ElementType work;
  private final ElementType memory;
  private int next;

  /** A method whose arguments have so many local variables. */
  private ProductCode(MethodVisitor to, ElementType work, ElementType memory, int arguments) {
    this.to = to;
    this.work = work;
    this.memory = memory;
    this.next = N + arguments;
  }

  /**
   * The loops.
   *
   * @param work the type of what is worked on
   * @param memory that of an operand or the result
   */
  static ProductLoops of(ElementType work, ElementType memory) {
    return MADE[work.ordinal()][memory.ordinal()];
  }

  private static ProductLoops[][] made() {
    ElementType[] types = ElementType.values();
    return Arrays.stream(types)
        .map(
            work ->
                Arrays.stream(types).map(memory -> made(work, memory)).toArray(ProductLoops[]::new))
        .toArray(ProductLoops[][]::new);
  }

  private static ProductLoops made(ElementType work, ElementType memory) {
    ClassWriter writer = Code.begun(ProductLoops.class);
    String some = "Ljava/lang/Object;";
    String all = "[" + some;
    write(writer, work, memory, "take", "I" + some + "II" + some, code -> code.take());
    write(writer, work, memory, "take", "I" + some + "II" + all + "II", code -> code.takeAll());
    for (int sums : new int[] {1, ProductLoops.TOGETHER}) {
      String ofSums = "I".repeat(sums) + some.repeat(sums);
      String added = "I[III" + all + "II" + some + "I" + ofSums;
      write(writer, work, memory, "add", added, code -> code.add(sums));
    }
    write(writer, work, memory, "put", "I" + some + "II" + some, code -> code.put(false));
    write(writer, work, memory, "putMore", "I" + some + "II" + some, code -> code.put(true));
    write(writer, work, memory, "addProducts", "I" + all + "III" + some, c -> c.addProducts());
    return (ProductLoops) Code.made(writer);
  }

  /** A method, as it is written. */
  private interface Written {
    void write(ProductCode code);
  }

  private static void write(
      ClassWriter writer,
      ElementType work,
      ElementType memory,
      String name,
      String arguments,
      Written body) {
    MethodVisitor method = writer.visitMethod(ACC_PUBLIC, name, "(" + arguments + ")V", null, null);
    int count = Type.getArgumentTypes("(" + arguments + ")V").length;
    method.visitCode();
    body.write(new ProductCode(method, work, memory, count));
    Code.end(method);
  }

  // --- the methods

  private void take() {
    cast(2, memory, "[");
    cast(5, work, "[");
    each(
        at -> {
          to.visitVarInsn(ALOAD, 5);
          to.visitVarInsn(ILOAD, at);
          place(2, 3, 4, at);
          to.visitInsn(memory.of(DALOAD));
          convert(memory, work);
          to.visitInsn(work.of(DASTORE));
        });
  }

  private void takeAll() {
    cast(2, memory, "[");
    cast(5, work, "[[");
    int[] rows = new int[ProductLoops.NEIGHBOURS];
    for (int i = 0; i < rows.length; i++) {
      int number = i;
      rows[i] = row(5, 6, 7, () -> to.visitLdcInsn(number));
    }
    each(
        at -> {
          for (int i = 0; i < rows.length; i++) {
            to.visitVarInsn(ALOAD, rows[i]);
            to.visitVarInsn(ILOAD, at);
            place(2, 3, 4, at);
            to.visitLdcInsn(i);
            to.visitInsn(IADD);
            to.visitInsn(memory.of(DALOAD));
            convert(memory, work);
            to.visitInsn(work.of(DASTORE));
          }
        });
  }

  private void add(int sums) {
    int starts = 10;
    int first = starts + sums;
    cast(5, work, "[[");
    cast(8, memory, "[");
    IntStream.range(first, first + sums).forEach(sum -> cast(sum, work, "["));
    int term = copy(3);
    for (int vectors : new int[] {sums == 1 ? 4 : 3, 1}) {
      together(term, 4, vectors, () -> add(sums, starts, first, term, vectors));
    }
  }

  /** Some vectors. */
  private void add(int sums, int starts, int first, int term, int vectors) {
    int[] rows = new int[vectors];
    int[][] factors = new int[sums][vectors];
    for (int v = 0; v < vectors; v++) {
      to.visitVarInsn(ALOAD, 2);
      index(term, v);
      to.visitInsn(IALOAD);
      int number = stored(ISTORE, 1);
      rows[v] = row(5, 6, 7, () -> to.visitVarInsn(ILOAD, number));
      for (int s = 0; s < sums; s++) {
        place(8, starts + s, 9, number);
        to.visitInsn(memory.of(DALOAD));
        convert(memory, work);
        factors[s][v] = stored(work.of(DSTORE), work.slots());
      }
    }
    each(
        at -> {
          int[] elements = IntStream.of(rows).map(row -> element(row, at)).toArray();
          for (int s = 0; s < sums; s++) {
            int[] own = factors[s];
            products(first + s, at, vectors, v -> number(own[v]), v -> number(elements[v]));
          }
        });
  }

  private void addProducts() {
    cast(2, work, "[[");
    cast(6, work, "[");
    to.visitInsn(ICONST_0);
    int block = stored(ISTORE, 1);
    for (int blocks : new int[] {4, 1}) {
      together(
          block,
          5,
          blocks,
          () -> {
            int[] one = new int[blocks];
            int[] other = new int[blocks];
            for (int i = 0; i < blocks; i++) {
              one[i] = block(3, block, i);
              other[i] = block(4, block, i);
            }
            each(at -> products(6, at, blocks, i -> load(one[i], at), i -> load(other[i], at)));
          });
    }
  }

  private void put(boolean isMore) {
    cast(2, memory, "[");
    cast(5, work, "[");
    each(
        at -> {
          place(2, 4, 3, at);
          if (isMore) {
            to.visitInsn(DUP2);
            to.visitInsn(memory.of(DALOAD));
          }
          load(5, at);
          convert(work, memory);
          if (isMore) {
            to.visitInsn(memory.of(DADD));
          }
          to.visitInsn(memory.of(DASTORE));
        });
  }

  // --- their parts

  private void cast(int local, ElementType type, String dims) {
    to.visitVarInsn(ALOAD, local);
    to.visitTypeInsn(CHECKCAST, dims + type.descriptor());
    to.visitVarInsn(ASTORE, local);
  }

  /** Keeps what is on the stack. */
  private int stored(int instruction, int slots) {
    next += slots;
    to.visitVarInsn(instruction, next - slots);
    return next - slots;
  }

  private int copy(int local) {
    to.visitVarInsn(ILOAD, local);
    return stored(ISTORE, 1);
  }

  /** As long as there are so many up to the end, does something with them. */
  private void together(int counter, int end, int count, Runnable body) {
    to.visitVarInsn(ILOAD, end);
    to.visitLdcInsn(count - 1);
    to.visitInsn(ISUB);
    int last = stored(ISTORE, 1);
    Code.loop(to, counter, () -> to.visitVarInsn(ILOAD, last), count, body);
  }

  /** Does something for each element; what it is given is the local variable of its number. */
  private void each(IntConsumer body) {
    to.visitInsn(ICONST_0);
    int at = stored(ISTORE, 1);
    Code.loop(to, at, () -> to.visitVarInsn(ILOAD, N), 1, () -> body.accept(at));
  }

  private void index(int local, int further) {
    to.visitVarInsn(ILOAD, local);
    to.visitLdcInsn(further);
    to.visitInsn(IADD);
  }

  /** Pushes an array and a place in it. */
  private void place(int array, int start, int stride, int number) {
    to.visitVarInsn(ALOAD, array);
    to.visitVarInsn(ILOAD, start);
    to.visitVarInsn(ILOAD, number);
    to.visitVarInsn(ILOAD, stride);
    to.visitInsn(IMUL);
    to.visitInsn(IADD);
  }

  /** One array of all, by its number. */
  private int row(int all, int first, int apart, Runnable number) {
    to.visitVarInsn(ALOAD, all);
    to.visitVarInsn(ILOAD, first);
    number.run();
    to.visitVarInsn(ILOAD, apart);
    to.visitInsn(IMUL);
    to.visitInsn(IADD);
    to.visitInsn(AALOAD);
    return stored(ASTORE, 1);
  }

  private int block(int first, int block, int further) {
    to.visitVarInsn(ALOAD, 2);
    to.visitVarInsn(ILOAD, first);
    index(block, further);
    to.visitInsn(IADD);
    to.visitInsn(AALOAD);
    return stored(ASTORE, 1);
  }

  private void load(int array, int at) {
    to.visitVarInsn(ALOAD, array);
    to.visitVarInsn(ILOAD, at);
    to.visitInsn(work.of(DALOAD));
  }

  private int element(int array, int at) {
    load(array, at);
    return stored(work.of(DSTORE), work.slots());
  }

  private void number(int local) {
    to.visitVarInsn(work.of(DLOAD), local);
  }

  /** Adds products to an element of a sum, the last one first. */
  private void products(int sum, int at, int count, IntConsumer one, IntConsumer other) {
    to.visitVarInsn(ALOAD, sum);
    to.visitVarInsn(ILOAD, at);
    if (Sums.FUSED) {
      for (int i = 0; i < count; i++) {
        one.accept(i);
        other.accept(i);
      }
      load(sum, at);
      for (int i = 0; i < count; i++) {
        to.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "fma", work.function(3), false);
      }
    } else {
      load(sum, at);
      for (int i = count - 1; i >= 0; i--) {
        one.accept(i);
        other.accept(i);
        to.visitInsn(work.of(DMUL));
        to.visitInsn(work.of(DADD));
      }
    }
    to.visitInsn(work.of(DASTORE));
  }

  private void convert(ElementType from, ElementType into) {
    if (from != into) {
      to.visitInsn(into == ElementType.FLOAT ? D2F : F2D);
    }
  }
}
