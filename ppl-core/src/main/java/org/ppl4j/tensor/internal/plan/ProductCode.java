package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;
import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
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
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISTORE;

import com.google.common.collect.ImmutableTable;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The code of {@link ProductLoops}, one source for both types. Java 17 makes vector code of loops
 * over arrays which all have the counter as their index, of no more than about twenty loads, stores
 * and products. It does not where the method copies the arrays first, or where the loop around goes
 * on as long as a counter is less than a local number: so {@link #together} adds to the counter.
 */
final class ProductCode {

  private static final ImmutableTable<ElementType, ElementType, ProductLoops> MADE = made();

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
    return requireNonNull(MADE.get(work, memory));
  }

  private static ImmutableTable<ElementType, ElementType, ProductLoops> made() {
    ImmutableTable.Builder<ElementType, ElementType, ProductLoops> all = ImmutableTable.builder();
    for (ElementType work : ElementType.values()) {
      for (ElementType memory : ElementType.values()) {
        all.put(work, memory, made(work, memory));
      }
    }
    return all.buildOrThrow();
  }

  private static ProductLoops made(ElementType work, ElementType memory) {
    ClassWriter writer = Code.begun(ProductLoops.class);
    String some = "Ljava/lang/Object;";
    String all = "[" + some;
    String taken = "I" + some + "II" + all + "II";
    write(writer, work, memory, "take", "II" + taken, code -> code.take());
    write(writer, work, memory, "takeNeighbours", taken, code -> code.takeNeighbours());
    for (int sums : new int[] {1, ProductLoops.TOGETHER}) {
      String ofSums = "I".repeat(sums) + some.repeat(sums);
      for (int vectors : new int[] {together(sums), 1}) {
        String type = ofMultiples(work, sums, vectors);
        String name = "add" + sums + "x" + vectors;
        MethodVisitor method = writer.visitMethod(ACC_STATIC, name, type, null, null);
        method.visitCode();
        int slots = Type.getArgumentsAndReturnSizes(type) >> 2;
        new ProductCode(method, work, memory, slots).addMultiples(sums, vectors);
        Code.end(method);
      }
      String arguments = "I[III" + all + "II" + some + "I" + ofSums;
      write(writer, work, memory, "add", arguments, code -> code.add(sums));
      write(writer, work, memory, "put", "I" + some + "I" + ofSums, code -> code.put(sums));
    }
    write(writer, work, memory, "putMore", "I" + some + "II" + some, code -> code.putMore());
    String ofProducts = "I" + all + "III" + some;
    write(writer, work, memory, "addProducts", ofProducts, code -> code.addProducts());
    return (ProductLoops) Code.made(writer);
  }

  /** Of how many vectors multiples are added to sums at once. */
  private static int together(int sums) {
    return sums == 1 ? 4 : 2;
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
    int n = 3;
    cast(4, memory, "[");
    cast(7, work, "[[");
    to.visitInsn(ICONST_0);
    int vector = stored(ISTORE, 1);
    Runnable body =
        () -> {
          row(7, 8, 9, () -> to.visitVarInsn(ILOAD, vector));
          int row = stored(ASTORE, 1);
          push(ILOAD, 5, ILOAD, vector, ILOAD, 2);
          to.visitInsn(IMUL);
          to.visitInsn(IADD);
          int start = stored(ISTORE, 1);
          unlessCopied(
              n,
              6,
              () -> push(ALOAD, 4, ILOAD, start),
              () -> begin(row),
              at -> {
                push(ALOAD, row, ILOAD, at);
                place(4, start, 6, at);
                to.visitInsn(memory.of(DALOAD));
                convert(memory, work);
                to.visitInsn(work.of(DASTORE));
              });
        };
    Code.loop(to, vector, () -> to.visitVarInsn(ILOAD, 1), 1, body);
  }

  private void takeNeighbours() {
    cast(2, memory, "[");
    cast(5, work, "[[");
    int[] rows = new int[ProductLoops.NEIGHBOURS];
    for (int i = 0; i < rows.length; i++) {
      int number = i;
      row(5, 6, 7, () -> to.visitLdcInsn(number));
      rows[i] = stored(ASTORE, 1);
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
    for (int vectors : new int[] {together(sums), 1}) {
      together(term, 4, vectors, () -> add(sums, starts, first, term, vectors));
    }
  }

  /** Some vectors. */
  private void add(int sums, int starts, int first, int term, int vectors) {
    int[] numbers = new int[vectors];
    for (int v = 0; v < vectors; v++) {
      to.visitVarInsn(ALOAD, 2);
      index(term, v);
      to.visitInsn(IALOAD);
      numbers[v] = stored(ISTORE, 1);
    }
    to.visitVarInsn(ILOAD, N);
    for (int s = 0; s < sums; s++) {
      to.visitVarInsn(ALOAD, first + s);
    }
    for (int number : numbers) {
      row(5, 6, 7, () -> to.visitVarInsn(ILOAD, number));
    }
    for (int s = 0; s < sums; s++) {
      for (int number : numbers) {
        place(8, starts + s, 9, number);
        to.visitInsn(memory.of(DALOAD));
        convert(memory, work);
      }
    }
    String name = "add" + sums + "x" + vectors;
    to.visitMethodInsn(INVOKESTATIC, Code.NAME, name, ofMultiples(work, sums, vectors), false);
  }

  /** The type of a method of how many elements there are, sums, vectors and factors. */
  private static String ofMultiples(ElementType work, int sums, int vectors) {
    String arrays = ("[" + work.descriptor()).repeat(sums + vectors);
    return "(I" + arrays + work.descriptor().repeat(sums * vectors) + ")V";
  }

  /** Adds multiples of some vectors to some sums. */
  private void addMultiples(int sums, int vectors) {
    int rows = 1 + sums;
    int factors = rows + vectors;
    each(
        0,
        at -> {
          int[] elements = IntStream.range(rows, factors).map(row -> element(row, at)).toArray();
          for (int s = 0; s < sums; s++) {
            int own = factors + s * vectors * work.slots();
            products(
                1 + s, at, vectors, v -> number(own + v * work.slots()), v -> number(elements[v]));
          }
        });
  }

  private void addProducts() {
    cast(2, work, "[[");
    cast(6, work, "[");
    to.visitInsn(ICONST_0);
    int block = stored(ISTORE, 1);
    for (int blocks : new int[] {2, 1}) {
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

  private void put(int sums) {
    int starts = 4;
    int first = starts + sums;
    cast(2, memory, "[");
    for (int i = 0; i < sums; i++) {
      int start = starts + i;
      int sum = first + i;
      cast(sum, work, "[");
      unlessCopied(
          N,
          3,
          () -> begin(sum),
          () -> push(ALOAD, 2, ILOAD, start),
          at -> {
            place(2, start, 3, at);
            load(sum, at);
            convert(work, memory);
            to.visitInsn(memory.of(DASTORE));
          });
    }
  }

  private void putMore() {
    cast(2, memory, "[");
    cast(5, work, "[");
    each(
        at -> {
          place(2, 4, 3, at);
          to.visitInsn(DUP2);
          to.visitInsn(memory.of(DALOAD));
          load(5, at);
          convert(work, memory);
          to.visitInsn(memory.of(DADD));
          to.visitInsn(memory.of(DASTORE));
        });
  }

  // --- their parts

  private void cast(int local, ElementType type, String dims) {
    to.visitVarInsn(ALOAD, local);
    to.visitTypeInsn(CHECKCAST, dims + type.descriptor());
    to.visitVarInsn(ASTORE, local);
  }

  private void push(int... instructions) {
    for (int i = 0; i < instructions.length; i += 2) {
      to.visitVarInsn(instructions[i], instructions[i + 1]);
    }
  }

  /** Pushes where an array begins. */
  private void begin(int array) {
    to.visitVarInsn(ALOAD, array);
    to.visitInsn(ICONST_0);
  }

  /** Copies neighbours of one type, or does something for each of {@code n} elements. */
  private void unlessCopied(int n, int stride, Runnable from, Runnable into, IntConsumer body) {
    if (work != memory) {
      each(n, body);
      return;
    }
    Label apart = new Label();
    Label done = new Label();
    to.visitVarInsn(ILOAD, stride);
    to.visitInsn(ICONST_1);
    to.visitJumpInsn(IF_ICMPNE, apart);
    from.run();
    into.run();
    to.visitVarInsn(ILOAD, n);
    String type = "(Ljava/lang/Object;ILjava/lang/Object;II)V";
    to.visitMethodInsn(INVOKESTATIC, "java/lang/System", "arraycopy", type, false);
    to.visitJumpInsn(GOTO, done);
    to.visitLabel(apart);
    each(n, body);
    to.visitLabel(done);
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
    Label begin = new Label();
    Label after = new Label();
    to.visitLabel(begin);
    to.visitVarInsn(ILOAD, counter);
    to.visitInsn(ICONST_0 + count);
    to.visitInsn(IADD);
    to.visitVarInsn(ILOAD, end);
    to.visitJumpInsn(IF_ICMPGT, after);
    body.run();
    to.visitIincInsn(counter, count);
    to.visitJumpInsn(GOTO, begin);
    to.visitLabel(after);
  }

  /** Does something for each element; what it is given is the local variable of its number. */
  private void each(IntConsumer body) {
    each(N, body);
  }

  private void each(int n, IntConsumer body) {
    to.visitInsn(ICONST_0);
    int at = stored(ISTORE, 1);
    Code.loop(to, at, () -> to.visitVarInsn(ILOAD, n), 1, () -> body.accept(at));
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

  /** Pushes one array of all, by its number. */
  private void row(int all, int first, int apart, Runnable number) {
    to.visitVarInsn(ALOAD, all);
    to.visitVarInsn(ILOAD, first);
    number.run();
    to.visitVarInsn(ILOAD, apart);
    to.visitInsn(IMUL);
    to.visitInsn(IADD);
    to.visitInsn(AALOAD);
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

  /**
   * Adds products to an element of a sum, one after the other: were they added to each other first,
   * a loop with another one beside it would be no vector code.
   */
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
      for (int i = 0; i < count; i++) {
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
