package org.ppl4j.tensor.internal.graph;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableMap.toImmutableMap;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Piece;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A form as a word, whole numbers, and the nodes that it is of: how it stands in a {@link
 * GraphText}. A form that is not here has no word, so that no file holds it.
 */
record FormWord(String word, ImmutableIntArray ints, ImmutableList<Node> nodes) {

  /** The constants of a text, one after the other, and what its rows of Java are computed by. */
  static final class Pool {

    private final ImmutableDoubleArray.@Nullable Builder written;
    private final ImmutableDoubleArray numbers;
    private final List<GraphText.Kernel> kernels;
    private int count;

    /** To be filled. */
    Pool(ImmutableDoubleArray.Builder numbers, List<GraphText.Kernel> kernels) {
      this.written = numbers;
      this.numbers = ImmutableDoubleArray.of();
      this.kernels = kernels;
    }

    /** To be read. */
    Pool(ImmutableDoubleArray numbers, ImmutableList<GraphText.Kernel> kernels) {
      this.written = null;
      this.numbers = numbers;
      this.kernels = kernels;
    }

    /** The place of a kernel, which is added if it is new. */
    private int add(GraphText.Kernel kernel) {
      if (!kernels.contains(kernel)) {
        kernels.add(kernel);
      }
      return kernels.indexOf(kernel);
    }

    private GraphText.Kernel kernel(int place) {
      checkArgument(place >= 0 && place < kernels.size(), "kernel %s of %s", place, kernels.size());
      return kernels.get(place);
    }

    /** Adds numbers; gives where they begin. */
    private int add(ImmutableDoubleArray more) {
      ImmutableDoubleArray.Builder to = written;
      if (to != null) {
        to.addAll(more);
      }
      count += more.length();
      return count - more.length();
    }

    private ImmutableDoubleArray at(int from, int size) {
      checkArgument(
          from >= 0 && size <= numbers.length() - from,
          "constants %s to %s of %s",
          from,
          (long) from + size,
          numbers.length());
      return numbers.subArray(from, from + size).trimmed();
    }
  }

  /** What a form is made of again. */
  private record Parts(
      ImmutableIntArray ints, ImmutableList<Node> nodes, ImmutableIntArray shape, Pool pool) {

    int integer(int place) {
      return ints.get(place);
    }

    boolean truth(int place) {
      checkArgument(integer(place) >> 1 == 0, "%s for a truth value", integer(place));
      return integer(place) == 1;
    }

    Node node(int place) {
      return nodes.get(place);
    }
  }

  /**
   * A kind of forms.
   *
   * @param ints how many whole numbers it has; negative where that depends on the form
   * @param nodes of how many it is; negative where that depends on the form
   */
  private record Kind<F extends Form>(
      String word,
      Class<F> type,
      int ints,
      int nodes,
      BiFunction<F, Pool, int[]> write,
      Function<Parts, F> read) {

    static <F extends Form> Kind<F> of(
        String word,
        Class<F> type,
        int ints,
        int nodes,
        Function<F, int[]> write,
        Function<Parts, F> read) {
      return new Kind<>(word, type, ints, nodes, (form, pool) -> write.apply(form), read);
    }

    /** Of nodes alone. */
    static <F extends Form> Kind<F> of(
        String word, Class<F> type, int nodes, Function<Parts, F> read) {
      return of(word, type, 0, nodes, form -> new int[0], read);
    }

    int[] written(Form form, Pool pool) {
      return write.apply(type.cast(form), pool);
    }
  }

  private static final String INPUT = "input";
  private static final String NOISE = "noise";
  private static final String COMPUTED = "computed";
  private static final String FUNCTION = "op.";
  private static final int ANY = -1;

  private static final ImmutableList<Kind<?>> FORMS =
      ImmutableList.of(
          new Kind<>(
              "number",
              Form.Scalar.class,
              1,
              0,
              (f, pool) -> new int[] {pool.add(ImmutableDoubleArray.of(f.value()))},
              p -> new Form.Scalar(p.pool().at(p.integer(0), 1).get(0))),
          new Kind<>(
              "constant",
              Form.Constant.class,
              1,
              0,
              (f, pool) -> new int[] {pool.add(f.values())},
              p -> new Form.Constant(p.pool().at(p.integer(0), Dims.size(p.shape())))),
          Kind.of(
              "view",
              Form.View.class,
              ANY,
              1,
              f -> ints(f.strides(), f.offset()),
              p -> new Form.View(p.node(0), p.integer(0), rest(p.ints(), 1))),
          Kind.of("sum", Form.Sum.class, 1, p -> new Form.Sum(p.node(0))),
          Kind.of(
              "largest",
              Form.Largest.class,
              1,
              1,
              f -> new int[] {f.axis()},
              p -> new Form.Largest(p.node(0), p.integer(0))),
          Kind.of(
              "extreme",
              Form.Extreme.class,
              2,
              1,
              f -> new int[] {f.axis(), number(f.largest())},
              p -> new Form.Extreme(p.node(0), p.integer(0), p.truth(1))),
          Kind.of(
              "order",
              Form.Order.class,
              2,
              1,
              f -> new int[] {f.axis(), number(f.descending())},
              p -> new Form.Order(p.node(0), p.integer(0), p.truth(1))),
          Kind.of(
              "running",
              Form.RunningSum.class,
              2,
              1,
              f -> new int[] {f.axis(), number(f.backwards())},
              p -> new Form.RunningSum(p.node(0), p.integer(0), p.truth(1))),
          new Kind<>(
              COMPUTED, Form.Computed.class, ANY, ANY, FormWord::computed, FormWord::computed),
          new Kind<>(
              "assembly", Form.Assembly.class, ANY, ANY, FormWord::assembly, FormWord::assembly),
          Kind.of(
              "gather",
              Form.Gather.class,
              1,
              2,
              f -> new int[] {f.axis()},
              p -> new Form.Gather(p.node(0), p.node(1), p.integer(0))),
          Kind.of(
              "scatter",
              Form.ScatterSum.class,
              1,
              ANY,
              f -> new int[] {f.axis()},
              p -> {
                int half = p.nodes().size() / 2;
                return new Form.ScatterSum(
                    p.nodes().subList(0, half),
                    p.nodes().subList(half, p.nodes().size()),
                    p.integer(0));
              }),
          Kind.of(
              "last",
              Form.Last.class,
              2,
              1,
              f -> new int[] {f.axis(), f.size()},
              p -> new Form.Last(p.node(0), p.integer(0), p.integer(1))),
          Kind.of("product", Form.Product.class, 2, p -> new Form.Product(p.node(0), p.node(1))),
          Kind.of(
              "logchain",
              Form.LogChain.class,
              3,
              p -> new Form.LogChain(p.node(0), p.node(1), p.node(2))),
          Kind.of(
              "logchain.gradient",
              Form.LogChainGradient.class,
              5,
              p ->
                  new Form.LogChainGradient(p.node(0), p.node(1), p.node(2), p.node(3), p.node(4))),
          Kind.of("cholesky", Form.Cholesky.class, 1, p -> new Form.Cholesky(p.node(0))),
          Kind.of(
              "cholesky.gradient",
              Form.CholeskyGradient.class,
              2,
              p -> new Form.CholeskyGradient(p.node(0), p.node(1))),
          Kind.of(
              "triangular",
              Form.TriangularSolution.class,
              1,
              2,
              f -> new int[] {number(f.upper())},
              p -> new Form.TriangularSolution(p.node(0), p.node(1), p.truth(0))),
          Kind.of("factors", Form.Factors.class, 1, p -> new Form.Factors(p.node(0))),
          Kind.of(
              "solution",
              Form.Solution.class,
              1,
              3,
              f -> new int[] {number(f.isAcross())},
              p -> new Form.Solution(p.node(0), p.node(1), p.node(2), p.truth(0))),
          Kind.of("orthonormal", Form.Orthonormal.class, 1, p -> new Form.Orthonormal(p.node(0))),
          Kind.of(
              "exponential",
              Form.MatrixExponential.class,
              1,
              p -> new Form.MatrixExponential(p.node(0))),
          Kind.of(
              "logdeterminant",
              Form.LogDeterminant.class,
              2,
              p -> new Form.LogDeterminant(p.node(0), p.node(1))));

  private static final ImmutableMap<String, Kind<?>> KINDS =
      Stream.of(
              FORMS.stream(),
              Stream.of(input(INPUT, Role.DATA), input(NOISE, Role.NOISE)),
              Arrays.stream(Op.values()).filter(op -> op.row().isKept()).map(FormWord::function))
          .flatMap(all -> all)
          .collect(toImmutableMap(Kind::word, kind -> kind));

  private static final ImmutableMap<Class<?>, String> WORDS =
      FORMS.stream().collect(toImmutableMap(Kind::type, Kind::word));

  /** Of what is given, or drawn: nothing else is an input where a text is read. */
  private static Kind<Form.Input> input(String word, Role role) {
    return Kind.of(
        word,
        Form.Input.class,
        2,
        0,
        f -> new int[] {f.index(), number(f.isWhole())},
        p -> new Form.Input(role, p.integer(0), p.truth(1)));
  }

  private static Kind<Form.Pointwise> function(Op op) {
    return Kind.of(
        FUNCTION + Ascii.toLowerCase(op.name()),
        Form.Pointwise.class,
        1,
        op.row().operands(),
        f -> new int[] {f.order()},
        p -> new Form.Pointwise(op, p.integer(0), p.nodes()));
  }

  /** Its kernel, how many results it has, and their shape. */
  private static int[] computed(Form.Computed form, Pool pool) {
    int width = width(form.op(), form.operands());
    int place = pool.add(new GraphText.Kernel(form.op(), form.kernel(), width));
    return ImmutableIntArray.builder()
        .add(place)
        .add(form.parts())
        .addAll(form.elements())
        .build()
        .toArray();
  }

  private static Form.Computed computed(Parts parts) {
    GraphText.Kernel kernel = parts.pool().kernel(parts.integer(0));
    int width = width(kernel.op(), parts.nodes());
    checkArgument(kernel.width() == width, "width %s for %s", width, kernel.width());
    ImmutableIntArray elements = rest(parts.ints(), 2);
    return new Form.Computed(
        kernel.op(), kernel.kernel(), parts.nodes(), parts.integer(1), elements, false);
  }

  private static int width(Op op, List<Node> operands) {
    ImmutableIntArray first = operands.get(0).shape();
    return op == Op.CATEGORICAL ? first.get(first.length() - 1) : operands.size();
  }

  private static int[] assembly(Form.Assembly form, Pool pool) {
    List<Integer> ints = new ArrayList<>();
    ints.add(pool.add(ImmutableDoubleArray.of(form.elsewhere())));
    for (Piece piece : form.pieces()) {
      ints.add(piece.offset());
      ints.addAll(piece.strides().asList());
    }
    return ints.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Form.Assembly assembly(Parts parts) {
    ImmutableList.Builder<Piece> pieces = ImmutableList.builder();
    int at = 1;
    for (Node node : parts.nodes()) {
      int end = at + 1 + node.shape().length();
      pieces.add(new Piece(node, parts.integer(at), parts.ints().subArray(at + 1, end).trimmed()));
      at = end;
    }
    checkArgument(at == parts.ints().length(), "%s whole numbers", parts.ints().length());
    return new Form.Assembly(parts.pool().at(parts.integer(0), 1).get(0), pieces.build());
  }

  private static int number(boolean is) {
    return is ? 1 : 0;
  }

  private static int[] ints(ImmutableIntArray rest, int first) {
    return ImmutableIntArray.builder().add(first).addAll(rest).build().toArray();
  }

  private static ImmutableIntArray rest(ImmutableIntArray ints, int from) {
    return ints.subArray(from, ints.length()).trimmed();
  }

  // --- both ways

  /**
   * That of a form.
   *
   * @param pool takes up its constants
   * @throws NotRecordable if it has none
   */
  static FormWord of(Form form, Pool pool) {
    String word = word(form);
    Kind<?> kind = KINDS.get(word);
    if (kind == null) {
      throw new NotRecordable(word);
    }
    return new FormWord(word, ImmutableIntArray.copyOf(kind.written(form, pool)), form.operands());
  }

  /** Its word; of a form that has none, what it is and why not. */
  private static String word(Form form) {
    if (form instanceof Form.Input input) {
      return switch (input.role()) {
        case DATA -> INPUT;
        case NOISE -> NOISE;
        default -> why(input.role());
      };
    }
    if (form instanceof Form.Pointwise function) {
      return FUNCTION + Ascii.toLowerCase(function.op().name());
    }
    if (form instanceof Form.Computed computed) {
      return !computed.slopes() && !computed.operands().isEmpty()
          ? COMPUTED
          : "a function of Java (%s), which no file holds".formatted(computed.kernel());
    }
    return WORDS.getOrDefault(form.getClass(), why(form));
  }

  private static String why(Role role) {
    return role == Role.VALUE
        ? "numbers that are read anew, which nobody gives it"
        : "an input of role '%s', which nobody gives it".formatted(role);
  }

  private static String why(Form form) {
    boolean isEngines =
        form instanceof Form.Eigen
            || form instanceof Form.Fourier
            || form instanceof Form.Convolution;
    return "a node of kind '%s', which %s"
        .formatted(
            form.getClass().getSimpleName(),
            isEngines ? "the engine alone computes" : "no file holds");
  }

  /**
   * The form.
   *
   * @param shape of its node
   * @param pool has its constants
   * @throws IllegalArgumentException saying why there is none
   */
  Form form(ImmutableIntArray shape, Pool pool) {
    Kind<?> kind = KINDS.get(word);
    checkArgument(kind != null, "operation '%s' is not known", word);
    checkArgument(
        kind.ints() < 0 || kind.ints() == ints.length(), "%s whole numbers", ints.length());
    checkArgument(kind.nodes() < 0 || kind.nodes() == nodes.size(), "%s operands", nodes.size());
    Form form = kind.read().apply(new Parts(ints, nodes, shape, pool));
    checkArgument(FormShapes.fits(form, shape), "shape %s of operands %s", shape, shapes());
    return form;
  }

  private List<ImmutableIntArray> shapes() {
    return nodes.stream().map(Node::shape).toList();
  }
}
