package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.CatConstraint;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The set that rows lie in, with its bijection from the numbers that a flow makes. */
final class Support {

  private static final Family FAMILY = Family.of(Support.class, 1);

  /**
   * What a user says of it.
   *
   * @param whole of rows, or of every column
   * @param columns of single columns, by name; they take the place of {@code whole}
   */
  record Wanted(Constraint whole, ImmutableMap<String, Constraint> columns) {

    static final Wanted NOTHING = new Wanted(Constraint.REAL, ImmutableMap.of());

    Wanted {
      for (Constraint constraint :
          ImmutableList.<Constraint>builder().add(whole).addAll(columns.values()).build()) {
        checkArgument(
            constraint.eventDims() <= 1 && constraint.isFixed(),
            "support '%s' is not a set of numbers or rows; pass one, with bounds that are numbers",
            constraint);
        requireNonNull(Bijections.to(constraint));
      }
    }

    /** A set of numbers for each column. */
    static Wanted ofEach(List<Constraint> sets) {
      long[] lengths = new long[sets.size()];
      Arrays.fill(lengths, 1);
      boolean isOne = sets.stream().distinct().count() == 1;
      return NOTHING.whole(isOne ? sets.get(0) : Constraint.cat(sets, lengths));
    }

    /** Whether a column is named. */
    boolean names(Table table, int column) {
      return !table.names().isEmpty() && columns.containsKey(table.names().get(column));
    }

    Wanted whole(Constraint constraint) {
      return new Wanted(constraint, columns);
    }

    Wanted column(String name, Constraint constraint) {
      checkArgument(
          constraint.eventDims() == 0,
          "support '%s' of column '%s' is a set of rows; pass a set of numbers",
          constraint,
          name);
      ImmutableMap.Builder<String, Constraint> all = ImmutableMap.builder();
      all.putAll(columns);
      all.put(name, constraint);
      return new Wanted(whole, all.buildKeepingLast());
    }

    /** That of a table. */
    Support of(Table table) {
      if (columns.isEmpty()) {
        return new Support(Constraint.independent(whole, 1 - whole.eventDims()));
      }
      checkArgument(
          whole.eventDims() == 0,
          "support is '%s' of whole rows and another of column '%s'; choose one",
          whole,
          columns.keySet().iterator().next());
      Constraint[] each = new Constraint[table.columns()];
      Arrays.fill(each, whole);
      columns.forEach((name, constraint) -> each[table.place(name)] = constraint);
      long[] lengths = new long[each.length];
      Arrays.fill(lengths, 1);
      return new Support(Constraint.cat(List.of(each), lengths));
    }
  }

  /** So many rows are mapped at once. */
  private static final int MAX_ROWS = 8192;

  /** Before the set of rows that a flow makes as they are, in a file. */
  private static final String MADE = "made ";

  /** What is computed of rows. */
  private enum Question {
    /** Whether a row is a member, 1 or 0. */
    MEMBER,
    /** The row as a flow makes it, and what its log-density has to gain. */
    INVERSE,
    /** The row that a flow has made. */
    FORWARD
  }

  private final Constraint constraint;
  private final Transform bijection;
  private final boolean isMade;
  private final boolean isEverything;
  private final ImmutableMap<Question, PlainMap> recorded; // of one row; none where tensors answer

  private Support(Constraint constraint) {
    this(constraint, false, ImmutableMap.of());
  }

  private Support(
      Constraint constraint, boolean isMade, ImmutableMap<Question, PlainMap> recorded) {
    this.constraint = constraint;
    this.recorded = recorded;
    this.bijection = isMade ? Bijections.identity().independent(1) : Bijections.to(constraint);
    this.isMade = isMade;
    this.isEverything = constraint.elementwise().isReal();
  }

  /**
   * This, or the set in which a flow makes rows itself if that is not all numbers.
   *
   * @throws IllegalArgumentException if there are two sets
   */
  Support of(Constraint madeByFlow) {
    if (madeByFlow.elementwise().isReal()) {
      return this;
    }
    checkArgument(
        isEverything,
        "support '%s' is of numbers that a flow makes, but this flow makes rows in '%s' as they"
            + " are; leave the support out, or take a flow of numbers",
        constraint,
        madeByFlow);
    return new Support(madeByFlow, true, ImmutableMap.of());
  }

  /** Whether rows are as a flow makes them, and no column may be changed. */
  boolean isMade() {
    return isMade;
  }

  private static Support parse(String text) {
    return text.startsWith(MADE)
        ? new Support(Constraint.parse(text.substring(MADE.length())), true, ImmutableMap.of())
        : new Support(Constraint.parse(text));
  }

  // --- recorded, and in files

  /**
   * The same with what tensors compute recorded.
   *
   * @param columns of a row
   */
  Support recorded(int columns) {
    if (isEverything) {
      return this;
    }
    ImmutableMap.Builder<Question, PlainMap> all = ImmutableMap.builder();
    for (Question question : Question.values()) {
      int width = question == Question.FORWARD ? freeDim(columns) : columns;
      double[][] first = {new double[width]};
      double[][] second = {new double[width]};
      Arrays.fill(first[0], 0.25);
      Arrays.fill(second[0], 0.375);
      all.put(
          question,
          PlainMap.of(
              "support '%s'".formatted(constraint),
              RunConfig.defaults(),
              List.of(new Shape(1, width)),
              (run, in) -> answer(question, in.get(0)),
              first,
              second));
    }
    return new Support(constraint, isMade, all.buildOrThrow());
  }

  /** Adds it to a file, under names that begin like this. */
  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    Bijections.family().write(file);
    file.put(name, (isMade ? MADE : "") + constraint);
    recorded.forEach((question, map) -> file.put(name(name, question), map));
  }

  /**
   * That in a file, of rows of so many columns.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Support read(TensorFile file, String name, int columns) {
    FAMILY.check(file);
    Bijections.family().check(file);
    String text = file.text(name);
    checkArgument(
        text != null, "%s has no '%s'; pass a file that a density's save wrote", file, name);
    Support plain;
    try {
      plain = parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s has '%s' for '%s': %s".formatted(file, text, name, e.getMessage()), e);
    }
    if (file.text(name(name, Question.MEMBER)) == null) {
      return plain;
    }
    ImmutableMap.Builder<Question, PlainMap> all = ImmutableMap.builder();
    for (Question question : Question.values()) {
      int width = question == Question.FORWARD ? plain.freeDim(columns) : columns;
      all.put(question, file.map(name(name, question), width));
    }
    return new Support(plain.constraint, plain.isMade, all.buildOrThrow());
  }

  private static String name(String name, Question question) {
    return name + "." + Ascii.toLowerCase(question.name());
  }

  /** The set. */
  @Override
  public String toString() {
    return constraint.toString();
  }

  /** How many numbers a flow makes for a row of so many columns. */
  int freeDim(int columns) {
    return Math.toIntExact(bijection.inverseShape(new Shape(columns)).get(0));
  }

  /** How many columns a row has that a flow makes of so many numbers. */
  int columns(int freeDim) {
    return Math.toIntExact(bijection.forwardShape(new Shape(freeDim)).get(0));
  }

  /** Whether the numbers of a row of one column grow with those that a flow makes. */
  boolean rises() {
    double[] two = forward(new Table("two", 1, new double[] {-0.5, 0.5})).values();
    return two[1] > two[0];
  }

  /** The set of each column; empty where it depends on other columns. */
  List<Optional<Constraint>> ofColumns(int columns) {
    if (!(constraint instanceof CatConstraint cat)) {
      return Collections.nCopies(columns, ofNumbers(constraint));
    }
    List<Optional<Constraint>> each = new ArrayList<>();
    for (int i = 0; i < cat.parts().size(); i++) {
      int length = Math.toIntExact(cat.lengths().get(i));
      each.addAll(Collections.nCopies(length, ofNumbers(cat.parts().get(i))));
    }
    return each;
  }

  /** That of some of so many columns, each of which has a set of its own. */
  Support ofNumbers(int[] chosen, int columns) {
    List<Constraint> each =
        Arrays.stream(chosen).mapToObj(j -> ofColumns(columns).get(j).orElseThrow()).toList();
    if (each.stream().distinct().count() == 1) {
      return new Support(Constraint.independent(each.get(0), 1));
    }
    long[] lengths = new long[chosen.length];
    Arrays.fill(lengths, 1);
    return new Support(Constraint.cat(each, lengths));
  }

  private static Optional<Constraint> ofNumbers(Constraint ofRows) {
    Constraint ofEach = ofRows.elementwise();
    return ofEach.eventDims() == 0 ? Optional.of(ofEach) : Optional.empty();
  }

  /**
   * Whether each row is a member. A row that touches the edge is not, since no flow makes it.
   *
   * @param free the same rows as a flow makes them
   */
  boolean[] members(Table rows, Table free) {
    boolean[] members = new boolean[rows.rows()];
    Arrays.fill(members, true);
    if (isEverything) {
      return members;
    }
    double[] inside = each(Question.MEMBER, rows, 1).values();
    for (int i = 0; i < members.length; i++) {
      members[i] = inside[i] > 0;
      for (int j = 0; j < free.columns(); j++) {
        members[i] &= Double.isFinite(free.values()[i * free.columns() + j]);
      }
    }
    return members;
  }

  /**
   * The rows as a flow makes them.
   *
   * @param logDet gets what each row's log-density has to gain, added
   */
  Table inverse(Table rows, double @Nullable [] logDet) {
    if (isEverything) {
      return rows;
    }
    int free = freeDim(rows.columns());
    Table both = each(Question.INVERSE, rows, free + 1);
    double[] values = new double[rows.rows() * free];
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(both.values(), i * (free + 1), values, i * free, free);
      if (logDet != null) {
        logDet[i] += both.values()[i * (free + 1) + free];
      }
    }
    return new Table(rows.name(), free, values);
  }

  /** Numbers of a column whose set is its own, as a flow makes them. */
  double[] freeNumbers(int column, int columns, double... numbers) {
    Constraint number = ofColumns(columns).get(column).orElseThrow();
    Support own = new Support(Constraint.independent(number, 1));
    return own.inverse(new Table("column", 1, numbers), null).values();
  }

  /** The rows that a flow has made, as members. */
  Table forward(Table free) {
    return isEverything ? free : each(Question.FORWARD, free, columns(free.columns()));
  }

  private NDArray answer(Question question, NDArray rows) {
    return switch (question) {
      case MEMBER ->
          Tensors.cast(constraint.check(rows), Tensors.run(rows).dataType()).expandDims(-1);
      case INVERSE -> {
        Mapped mapped = bijection.inverse(rows);
        yield Tensors.concat(List.of(mapped.value(), mapped.logDet().expandDims(-1)), -1);
      }
      case FORWARD -> bijection.forward(rows).value();
    };
  }

  private Table each(Question question, Table rows, int columns) {
    PlainMap map = recorded.get(question);
    if (map != null) {
      return new Table(rows.name(), columns, RecordedFlow.each(map, rows.rows(), rows));
    }
    double[] result = new double[rows.rows() * columns];
    for (int from = 0; from < rows.rows(); from += MAX_ROWS) {
      Table some = rows.range(from, Math.min(from + MAX_ROWS, rows.rows()));
      Shape shape = new Shape(some.rows(), some.columns());
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        double[] mapped =
            run.withoutGradients(
                () -> Tensors.values(answer(question, run.create(some.values(), shape))));
        System.arraycopy(mapped, 0, result, from * columns, mapped.length);
      }
    }
    return new Table(rows.name(), columns, result);
  }
}
