package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;
import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DLOAD;
import static org.objectweb.asm.Opcodes.DSTORE;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFLE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.ISUB;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * The code of the steps of a scan whose body has few operations: one loop, in which rows are read
 * where they lie, and what a step leaves is moved to where the next one finds it.
 */
final class ScanCode {

  /**
   * The type of the method: buffers of the body, those around, a step, how many, which way, and
   * where a segment begins.
   */
  static final String TYPE = "([[D[[DIIII)V";

  /** More numbers are copied by a method. */
  private static final int FEW = 8;

  private static final int AROUND = 1;
  private static final int STEP = 2;
  private static final int COUNT = 3;
  private static final int WAY = 4;
  private static final int BEGIN = 5;

  private final MethodVisitor to;
  private final MethodCode body;
  private final Map<Integer, Integer> around = new HashMap<>();

  /** Steps of a scan. */
  interface Steps {

    /**
     * Does some.
     *
     * @param body buffers of the body
     * @param around those of the plan that the scan is of
     * @param first the first step
     * @param way 1, or −1 to go backwards
     * @param begin the step whose rows of a segment are the first
     */
    void run(double[][] body, double[][] around, int first, int count, int way, int begin);
  }

  /**
   * Numbers that are copied in each step.
   *
   * @param buffer of what is around
   * @param places of the numbers there, at step 0
   * @param apart how far those of the next step are
   * @param isOfSegment whether the places are those at the step where a segment begins
   * @param own where they are in the body
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(
      int buffer,
      int[] places,
      int apart,
      boolean isDense,
      boolean isOfSegment,
      Memory.Place own) {}

  /** Numbers of the body that are moved within it, from one place to another. */
  record Moved(Memory.Place from, Memory.Place to, int size) {}

  private ScanCode(MethodVisitor to) {
    this.to = to;
    this.body = new MethodCode(to, BEGIN + 1);
  }

  /** The steps of few operations; null if they are not. */
  static @Nullable Steps of(List<Action> steps, List<Row> read, List<Row> kept, List<Moved> moved) {
    int operations = 0;
    for (Action step : steps) {
      int own = step instanceof Codable codable ? codable.operations() : Integer.MAX_VALUE;
      if (own > Code.MOST_OPERATIONS - operations) {
        return null;
      }
      operations += own;
    }
    return Code.steps(to -> new ScanCode(to).write(steps, read, kept, moved));
  }

  private void write(List<Action> steps, List<Row> read, List<Row> kept, List<Moved> moved) {
    read.forEach(row -> open(row.buffer()));
    kept.forEach(row -> open(row.buffer()));
    read.forEach(row -> body.open(row.own()));
    kept.forEach(row -> body.open(row.own()));
    moved.forEach(
        each -> {
          body.open(each.from());
          body.open(each.to());
        });
    boolean isOfNumbers =
        steps.stream().allMatch(step -> step instanceof Loop loop && loop.isOfNumbers())
            && Stream.concat(read.stream(), kept.stream()).allMatch(row -> row.places().length == 1)
            && moved.stream().allMatch(each -> each.size() == 1);
    if (isOfNumbers) {
      load(steps, read, moved);
    }
    Label begin = new Label();
    Label end = new Label();
    to.visitLabel(begin);
    to.visitVarInsn(ILOAD, COUNT);
    to.visitJumpInsn(IFLE, end);
    read.forEach(this::read);
    for (Action step : steps) {
      ((Codable) step).write(body);
    }
    kept.forEach(this::keep);
    moved.forEach(this::move);
    to.visitVarInsn(ILOAD, STEP);
    to.visitVarInsn(ILOAD, WAY);
    to.visitInsn(IADD);
    to.visitVarInsn(ISTORE, STEP);
    to.visitIincInsn(COUNT, -1);
    to.visitJumpInsn(GOTO, begin);
    to.visitLabel(end);
    if (isOfNumbers) {
      moved.forEach(each -> store(each.to()));
    }
  }

  /** Numbers that a step reads and has not computed are local variables from now on. */
  private void load(List<Action> steps, List<Row> read, List<Moved> moved) {
    Set<Memory.Place> computed = new LinkedHashSet<>();
    Set<Memory.Place> loaded = new LinkedHashSet<>();
    read.forEach(row -> computed.add(row.own()));
    moved.forEach(each -> loaded.add(each.to()));
    steps.forEach(step -> ((Loop) step).read(computed, loaded));
    loaded.forEach(place -> body.open(place));
    body.keepNumbers();
    for (Memory.Place place : loaded) {
      body.array(place);
      body.push(place.offset());
      to.visitInsn(DALOAD);
      to.visitVarInsn(DSTORE, body.number(place));
    }
  }

  private void store(Memory.Place place) {
    body.array(place);
    body.push(place.offset());
    to.visitVarInsn(DLOAD, body.number(place));
    to.visitInsn(DASTORE);
  }

  /** Pushes a number of the body. */
  private void own(Memory.Place place) {
    if (body.isKept(place)) {
      to.visitVarInsn(DLOAD, body.number(place));
    } else {
      body.array(place);
      body.push(place.offset());
      to.visitInsn(DALOAD);
    }
  }

  /** Sets a number of the body to what is pushed by this. */
  private void own(Memory.Place place, Runnable value) {
    if (body.keepsNumbers()) {
      value.run();
      to.visitVarInsn(DSTORE, body.number(place));
    } else {
      body.array(place);
      body.push(place.offset());
      value.run();
      to.visitInsn(DASTORE);
    }
  }

  private static Memory.Place after(Memory.Place place, int by) {
    return new Memory.Place(place.buffer(), place.offset() + by);
  }

  private void open(int buffer) {
    if (!around.containsKey(buffer)) {
      to.visitVarInsn(ALOAD, AROUND);
      body.push(buffer);
      to.visitInsn(AALOAD);
      int local = body.local();
      to.visitVarInsn(ASTORE, local);
      around.put(buffer, local);
    }
  }

  private void read(Row row) {
    if (isLong(row)) {
      array(row);
      place(row, row.places()[0]);
      body.array(row.own());
      body.push(row.own().offset());
      copy(row.places().length);
      return;
    }
    for (int i = 0; i < row.places().length; i++) {
      int place = row.places()[i];
      own(
          after(row.own(), i),
          () -> {
            array(row);
            place(row, place);
            to.visitInsn(DALOAD);
          });
    }
  }

  private void keep(Row row) {
    if (isLong(row)) {
      body.array(row.own());
      body.push(row.own().offset());
      array(row);
      place(row, row.places()[0]);
      copy(row.places().length);
      return;
    }
    for (int i = 0; i < row.places().length; i++) {
      array(row);
      place(row, row.places()[i]);
      own(after(row.own(), i));
      to.visitInsn(DASTORE);
    }
  }

  private void move(Moved each) {
    if (each.size() > FEW) {
      body.array(each.from());
      body.push(each.from().offset());
      body.array(each.to());
      body.push(each.to().offset());
      copy(each.size());
      return;
    }
    for (int i = 0; i < each.size(); i++) {
      Memory.Place from = after(each.from(), i);
      own(after(each.to(), i), () -> own(from));
    }
  }

  private static boolean isLong(Row row) {
    return row.places().length > FEW && row.isDense();
  }

  private void copy(int size) {
    body.push(size);
    body.call("java/lang/System", "arraycopy", "(Ljava/lang/Object;ILjava/lang/Object;II)V");
  }

  private void array(Row row) {
    to.visitVarInsn(ALOAD, requireNonNull(around.get(row.buffer())));
  }

  /** The place of a number at the step. */
  private void place(Row row, int first) {
    to.visitVarInsn(ILOAD, STEP);
    if (row.isOfSegment()) {
      to.visitVarInsn(ILOAD, BEGIN);
      to.visitInsn(ISUB);
    }
    if (row.apart() != 1) {
      body.push(row.apart());
      to.visitInsn(IMUL);
    }
    if (first != 0) {
      body.push(first);
      to.visitInsn(IADD);
    }
  }
}
