package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.D2F;
import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.F2D;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.objectweb.asm.MethodVisitor;

/**
 * The code of a static method that does a step of a loop for a tile, as it is written: of the
 * store, tables of places, the number of the row, that of its element with which the tile begins,
 * and how many the tile has.
 */
final class StepCode {

  /** Its type. */
  static final String TYPE = "(L" + Code.STORE + ";[[IIII)V";

  private static final String AXIS = "org/ppl4j/tensor/internal/plan/Axis";

  private static final int STORE = 0;
  private static final int TABLES = 1;
  private static final int ROW = 2;
  private static final int FROM = 3;

  /** The local variable that says how many elements the tile has. */
  static final int COUNT = 4;

  private final MethodVisitor to;
  private final ElementType type;
  private final boolean isWhole;
  private final List<int[]> tables;
  private final Map<Integer, Integer> arrays = new HashMap<>();
  private final IdentityHashMap<Operand, Integer> starts = new IdentityHashMap<>();
  private final IdentityHashMap<int[], Integer> places = new IdentityHashMap<>();
  private int next = COUNT + 1;
  private boolean isByIndex;

  /**
   * Nothing yet.
   *
   * @param type of the numbers that are worked on
   * @param isWhole whether a row is one tile
   * @param tables takes up those that are needed
   */
  StepCode(MethodVisitor to, ElementType type, boolean isWhole, List<int[]> tables) {
    this.to = to;
    this.type = type;
    this.isWhole = isWhole;
    this.tables = tables;
  }

  /** The method. */
  MethodVisitor to() {
    return to;
  }

  ElementType type() {
    return type;
  }

  /** A new local variable of so many slots. */
  int local(int slots) {
    next += slots;
    return next - slots;
  }

  private static ElementType type(Operand operand) {
    return ElementType.ofBuffer(operand.buffer());
  }

  // --- before loops

  /** Prepares to take elements of an operand, or to put them there. */
  void open(Operand operand) {
    int unused = array(operand.buffer());
    if (!operand.isRegister()) {
      starts.computeIfAbsent(operand, this::start);
    }
    if (operand.places() != null) {
      int unusedTable = table(operand.places());
    }
  }

  /** Prepares to take what a table has for each element of a row. */
  int table(int[] table) {
    return places.computeIfAbsent(
        table,
        key -> {
          int local = local(1);
          pushTable(key);
          to.visitVarInsn(ASTORE, local);
          return local;
        });
  }

  private void pushTable(int[] table) {
    int number = 0;
    while (number < tables.size() && tables.get(number) != table) {
      number++;
    }
    if (number == tables.size()) {
      tables.add(table);
    }
    to.visitVarInsn(ALOAD, TABLES);
    to.visitLdcInsn(number);
    to.visitInsn(AALOAD);
  }

  private int array(int buffer) {
    return arrays.computeIfAbsent(
        buffer,
        key -> {
          boolean isSingle = Store.isSingle(buffer);
          int local = local(1);
          to.visitVarInsn(ALOAD, STORE);
          String all = "()[[" + ElementType.of(isSingle).descriptor();
          String name = isSingle ? "singles" : "doubles";
          to.visitMethodInsn(INVOKEVIRTUAL, Code.STORE, name, all, false);
          to.visitLdcInsn(isSingle ? Store.ofSingle(buffer) : buffer);
          to.visitInsn(AALOAD);
          to.visitVarInsn(ASTORE, local);
          return local;
        });
  }

  /** Where a tile begins; what its places begin from. */
  private int start(Operand operand) {
    int local = local(1);
    to.visitLdcInsn(operand.offset());
    if (operand.rows() != null && operand.places() == null) {
      pushTable(operand.rows());
      to.visitVarInsn(ILOAD, ROW);
      to.visitInsn(IALOAD);
      to.visitInsn(IADD);
    }
    if (operand.places() == null && operand.stride() != 0) {
      to.visitVarInsn(ILOAD, FROM);
      to.visitLdcInsn(operand.stride());
      to.visitInsn(IMUL);
      to.visitInsn(IADD);
    }
    to.visitVarInsn(ISTORE, local);
    return local;
  }

  /** Pushes a number. */
  void number(double value) {
    if (type == ElementType.DOUBLE) {
      to.visitLdcInsn(value);
    } else {
      to.visitLdcInsn((float) value);
    }
  }

  /** Pushes how many elements the tile has. */
  void count() {
    to.visitVarInsn(ILOAD, COUNT);
  }

  /** Pushes the number of the element with which the tile begins. */
  void from() {
    to.visitVarInsn(ILOAD, FROM);
  }

  /** Pushes a table. */
  void tables(int[] table) {
    to.visitVarInsn(ALOAD, table(table));
  }

  /** Pushes the array of an operand that is open. */
  void array(Operand operand) {
    to.visitVarInsn(ALOAD, array(operand.buffer()));
  }

  /** Pushes where an operand that is open begins in its array. */
  void begin(Operand operand) {
    if (operand.isRegister()) {
      to.visitInsn(ICONST_0);
    } else {
      to.visitVarInsn(ILOAD, Objects.requireNonNull(starts.get(operand)));
    }
  }

  // --- loops

  /** Does something for each element; the local variable that it is given counts them. */
  void loop(Body body) {
    int at = local(1);
    to.visitInsn(ICONST_0);
    to.visitVarInsn(ISTORE, at);
    loop(at, COUNT, body);
  }

  /**
   * Does something for each element of arrays, all of which begin with the index of one that is
   * open: the local variable is the index, of which alone there is vector code.
   */
  void loopAt(Operand first, Body body) {
    int at = local(1);
    int end = local(1);
    begin(first);
    to.visitVarInsn(ISTORE, at);
    to.visitVarInsn(ILOAD, at);
    count();
    to.visitInsn(IADD);
    to.visitVarInsn(ISTORE, end);
    isByIndex = true;
    loop(at, end, body);
    isByIndex = false;
  }

  /** Goes on as long as a local variable is less than another. */
  void loop(int at, int end, Body body) {
    Code.loop(to, at, () -> to.visitVarInsn(ILOAD, end), 1, () -> body.at(at));
  }

  /** What a loop does. */
  @FunctionalInterface
  interface Body {
    void at(int counter);
  }

  /** Pushes the array and the place of an element. */
  private void place(Operand operand, int at) {
    array(operand);
    boolean isIndex = isByIndex && !operand.isNumber();
    if (isIndex || operand.isRegister() || isWhole && operand.isAtFirst()) {
      to.visitVarInsn(ILOAD, at);
      return;
    }
    begin(operand);
    if (operand.places() != null) {
      tableAt(operand.places(), at);
      to.visitInsn(IADD);
    } else if (operand.stride() != 0) {
      to.visitVarInsn(ILOAD, at);
      if (operand.stride() != 1) {
        to.visitLdcInsn(operand.stride());
        to.visitInsn(IMUL);
      }
      to.visitInsn(IADD);
    }
  }

  /** Pushes what a table has for an element. */
  void tableAt(int[] table, int at) {
    to.visitVarInsn(ALOAD, table(table));
    to.visitVarInsn(ILOAD, FROM);
    to.visitVarInsn(ILOAD, at);
    to.visitInsn(IADD);
    to.visitInsn(IALOAD);
  }

  /** Pushes an element. */
  void load(Operand operand, int at) {
    place(operand, at);
    loaded(operand);
  }

  /** Pushes an element some places further on, which is pushed by a body. */
  void load(Operand operand, int at, Runnable further) {
    place(operand, at);
    further.run();
    to.visitInsn(IADD);
    loaded(operand);
  }

  private void loaded(Operand operand) {
    to.visitInsn(type(operand).of(DALOAD));
    convert(type(operand), type);
  }

  /** Puts what a body pushes where an element is. */
  void store(Operand operand, int at, Runnable value) {
    place(operand, at);
    value.run();
    convert(type, type(operand));
    to.visitInsn(type(operand).of(DASTORE));
  }

  /** Adds what a body pushes to an element. */
  void add(Operand operand, int at, Runnable value) {
    place(operand, at);
    added(operand, value);
  }

  /** Adds it to an element that is some places further on. */
  void add(Operand operand, int at, Runnable further, Runnable value) {
    place(operand, at);
    further.run();
    to.visitInsn(IADD);
    added(operand, value);
  }

  private void added(Operand operand, Runnable value) {
    to.visitInsn(DUP2);
    to.visitInsn(type(operand).of(DALOAD));
    value.run();
    convert(type, type(operand));
    to.visitInsn(type(operand).of(DADD));
    to.visitInsn(type(operand).of(DASTORE));
  }

  private void convert(ElementType from, ElementType into) {
    if (from != into) {
      to.visitInsn(into == ElementType.FLOAT ? D2F : F2D);
    }
  }

  /** Pushes how far away an index is that a body pushes. */
  void axis(Axis axis, Runnable index) {
    index.run();
    convert(type, ElementType.DOUBLE);
    to.visitLdcInsn(axis.size());
    to.visitLdcInsn(axis.apart());
    to.visitMethodInsn(INVOKESTATIC, AXIS, "place", "(DII)I", false);
  }
}
