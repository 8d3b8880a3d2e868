package org.ppl4j.tensor.internal.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.EngineNode;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Memory.Place;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Sliding;

/** Makes the steps that compute a node as a whole. */
final class WholeSteps {

  private final Memory memory;
  private final List<JavaKernel> kernels;
  private final ProductSteps products;
  private final EngineSteps engine;
  private final Segments segments;
  private final Map<Node, ScanStep> scans = new HashMap<>();
  private final boolean isSingle;

  /**
   * Over memory.
   *
   * @param kernels takes up those of rows that are computed in Java
   * @param once takes up what is to be done once, after what is computed once
   * @param isSingle whether single precision is enough for large matrices
   */
  WholeSteps(
      Memory memory,
      List<JavaKernel> kernels,
      List<Action> once,
      Segments segments,
      boolean isSingle) {
    this.memory = memory;
    this.kernels = kernels;
    this.products = new ProductSteps(memory, once, isSingle);
    this.engine = new EngineSteps(memory);
    this.segments = segments;
    this.isSingle = isSingle;
  }

  /** Looks at the nodes that there will be steps for, in their order. */
  void expect(List<Node> nodes) {
    products.expect(nodes.stream().filter(x -> x.form() instanceof Form.Product).toList());
  }

  /** The steps of products. */
  ProductSteps products() {
    return products;
  }

  Action of(Node node) {
    Form form = node.form();
    if (form instanceof Form.Assembly assembly) {
      return assembly(node, assembly);
    }
    if (form instanceof Form.Product product) {
      return products.of(node, product);
    }
    if (form instanceof Form.Computed computed) {
      return computed(node, computed);
    }
    if (form instanceof Form.Scan scan) {
      return scan(node, scan);
    }
    if (form instanceof Form.History) {
      return store -> {}; // its scan has written it
    }
    if (form instanceof Form.RunningSum sum) {
      Along along = along(sum.of(), node, sum.axis());
      return new RunningSumStep(along, sum.backwards());
    }
    if (form instanceof Form.Extreme extreme) {
      return new ExtremeStep(along(extreme.of(), node, extreme.axis()), extreme.largest());
    }
    if (form instanceof Form.Largest largest) {
      return new LargestStep(along(largest.of(), node, largest.axis()));
    }
    if (form instanceof Form.Order order) {
      Along along = along(order.of(), node, order.axis());
      int scratch = memory.scratch(OrderStep.scratch(along.length));
      return new OrderStep(along, order.descending(), scratch);
    }
    if (form instanceof Form.Last last) {
      return new LastStep(
          along(last.index(), node, last.axis()), last.size(), memory.scratch(last.size()));
    }
    return matrices(node, form);
  }

  private Action scan(Node node, Form.Scan scan) {
    int length = Segments.length(scan.times());
    boolean isAgain = segments.isOf(node);
    Memory.@Nullable Place[] histories = new Memory.Place[scan.body().remembered().size()];
    for (Node history : segments.histories(node)) {
      if (isAgain) {
        memory.put(history, history.size() / scan.times() * length);
      }
      histories[((Form.History) history.form()).place()] = memory.of(history);
    }
    List<ScanStep.Stack> stacks = new ArrayList<>();
    for (Node rows : scan.stacks()) {
      boolean isOfSegment =
          rows.form() instanceof Form.History history && segments.isOf(history.scan());
      ScanStep from = isOfSegment ? scans.get(((Form.History) rows.form()).scan()) : null;
      stacks.add(new ScanStep.Stack(elements(rows, rows.strides()), from));
    }
    int carried = scan.body().next().stream().mapToInt(Node::size).sum();
    int begins = isAgain ? memory.scratch((scan.times() / length + 1) * carried) : -1;
    ScanStep step =
        new ScanStep(
            scan,
            new ScanStep.Given(all(scan.starts()), stacks, all(scan.fixed())),
            new ScanStep.Places(memory.of(node), histories, begins),
            kernels,
            segments.most(),
            memory.hasEngine());
    scans.put(node, step);
    return step;
  }

  private List<Elements> all(List<Node> nodes) {
    return nodes.stream().map(node -> elements(node, node.strides())).toList();
  }

  private Action assembly(Node node, Form.Assembly assembly) {
    List<Elements> from = new ArrayList<>();
    List<Elements> to = new ArrayList<>();
    Place place = memory.of(node);
    for (Form.Piece piece : assembly.pieces()) {
      from.add(elements(piece.node(), piece.node().strides()));
      to.add(
          new Elements(
              place.buffer(),
              place.offset() + piece.offset(),
              piece.node().shape().toArray(),
              piece.strides().toArray()));
    }
    return new AssemblyStep(
        place.buffer(), place.offset(), node.size(), assembly.elsewhere(), from, to);
  }

  private Elements elements(Node x, ImmutableIntArray strides) {
    return Elements.of(x, strides, memory.of(x.base()));
  }

  private Elements elements(Node x) {
    return elements(x, x.strides());
  }

  private Action convolution(Node node, Form.Convolution form) {
    Sliding sliding = form.sliding();
    ImmutableIntArray shape = node.shape();
    Attributes attributes =
        switch (form.part()) {
          case SUMS -> sliding.with();
          case IMAGES -> sliding.with(beyond(form, shape, 0), beyond(form, shape, 1));
          case KERNELS -> sliding.with(shape.stream().asLongStream().toArray());
        };
    EngineNode by =
        switch (form.part()) {
          case SUMS -> EngineNode.CONVOLUTION;
          case IMAGES -> EngineNode.CONVOLUTION_OF_IMAGES;
          case KERNELS -> EngineNode.CONVOLUTION_OF_KERNELS;
        };
    return byEngine(by, attributes, isSingle, node);
  }

  /** By the engine at any size. */
  private Action byEngine(EngineNode by, Attributes attributes, boolean isSingle, Node node) {
    return engine.of(by, attributes, isSingle, node, all(node.form().operands()));
  }

  /** By how much an image is larger than its windows need along an axis. */
  private static long beyond(Form.Convolution form, ImmutableIntArray images, int axis) {
    int kernel = form.one().shape().get(2 + axis);
    int windows = form.other().shape().get(2 + axis);
    return images.get(2 + axis) - form.sliding().spread(axis, windows, kernel);
  }

  private Action matrices(Node node, Form form) {
    if (form instanceof Form.Cholesky factor) {
      Matrices from = matrices(factor.of());
      MatrixCosts costs = MatrixCosts.of(EngineNode.CHOLESKY, from);
      return engine.cheaper(new CholeskyStep(from, matrices(node)), costs, node, from);
    }
    if (form instanceof Form.CholeskyGradient back) {
      Matrices factors = matrices(back.factor());
      Matrices gradients = matrices(back.gradient());
      MatrixCosts costs = MatrixCosts.of(EngineNode.CHOLESKY_GRADIENT, factors);
      Action own = new CholeskyGradientStep(factors, gradients, matrices(node));
      return engine.cheaper(own, costs, node, factors, gradients);
    }
    if (form instanceof Form.TriangularSolution solution) {
      Matrices triangles = matrices(solution.triangle());
      Matrices sides = matrices(solution.sides());
      boolean upper = solution.upper();
      EngineNode by = upper ? EngineNode.UPPER_SOLUTION : EngineNode.LOWER_SOLUTION;
      MatrixCosts costs = MatrixCosts.of(by, triangles, sides);
      Action own = new TriangularStep(triangles, sides, matrices(node), upper);
      return engine.cheaper(own, costs, node, triangles, sides);
    }
    if (form instanceof Form.Eigen) {
      return byEngine(EngineNode.EIGEN, Attributes.NONE, isSingle, node);
    }
    if (form instanceof Form.Fourier fourier) {
      return fourier.isInverse()
          ? byEngine(
              EngineNode.INVERSE_FOURIER, Attributes.of((long) fourier.size()), isSingle, node)
          : byEngine(EngineNode.FOURIER, Attributes.NONE, isSingle, node);
    }
    if (form instanceof Form.Factors of) {
      Matrices from = matrices(of.of());
      MatrixCosts costs = MatrixCosts.of(EngineNode.FACTORS, from);
      return engine.cheaper(new FactorsStep(from, matrices(node)), costs, node, from);
    }
    if (form instanceof Form.Solution solution) {
      Matrices factors = matrices(solution.factors());
      Matrices sides = matrices(solution.sides());
      boolean isAcross = solution.isAcross();
      EngineNode by = isAcross ? EngineNode.SOLUTION_ACROSS : EngineNode.SOLUTION;
      MatrixCosts costs = MatrixCosts.of(by, factors, sides);
      Action own = new SolutionStep(factors, sides, matrices(node), isAcross);
      return engine.cheaper(own, costs, node, factors, sides);
    }
    if (form instanceof Form.LogDeterminant determinant) {
      return new LogDeterminantStep(matrices(determinant.factors()), memory.of(node));
    }
    if (form instanceof Form.LogChain chain) {
      int most = Math.max(chain.vectors().size(), chain.matrices().size());
      int[] scratch = {memory.scratch(most), memory.scratch(most)};
      return new LogChainStep(
          elements(chain.start()),
          elements(chain.vectors()),
          elements(chain.matrices()),
          memory.of(node),
          scratch,
          LoopBuilder.ofEach(Op.EXP, chain.vectors().size(), scratch[0], scratch[1], memory),
          LoopBuilder.ofEach(Op.EXP, chain.matrices().size(), scratch[0], scratch[1], memory));
    }
    if (form instanceof Form.LogChainGradient of) {
      return new LogChainGradientStep(
          elements(of.start()),
          elements(of.vectors()),
          elements(of.matrices()),
          memory.of(of.chain()),
          elements(of.gradient()),
          memory.of(node));
    }
    if (form instanceof Form.Orthonormal factor) {
      Matrices from = matrices(factor.of());
      MatrixCosts costs = MatrixCosts.of(EngineNode.ORTHONORMAL, from);
      int scratch = memory.scratch((from.rows + 1) * from.columns);
      Action own = new OrthonormalStep(from, matrices(node), scratch);
      return engine.cheaper(own, costs, node, from);
    }
    if (form instanceof Form.MatrixExponential exponential) {
      Matrices from = matrices(exponential.of());
      MatrixCosts costs = MatrixCosts.of(EngineNode.EXPONENTIAL, from);
      int scratch = memory.scratch(3 * from.rows * from.columns);
      Action own = new ExponentialStep(from, matrices(node), scratch);
      return engine.cheaper(own, costs, node, from);
    }
    if (form instanceof Form.Convolution convolution) {
      return convolution(node, convolution);
    }
    throw new IllegalStateException("no step computes " + form);
  }

  private Matrices matrices(Node x) {
    return new Matrices(elements(x, x.strides()));
  }

  private Action computed(Node node, Form.Computed computed) {
    int count = computed.operands().size();
    int[] buffers = new int[count];
    int[][] starts = new int[count][];
    for (int i = 0; i < count; i++) {
      Node operand = computed.operands().get(i);
      boolean isRead = !computed.op().isElementwise() || operand.size() == 1;
      ImmutableIntArray shape = isRead ? operand.shape() : computed.elements();
      Elements elements = elements(operand, operand.strides());
      buffers[i] = elements.buffer();
      int[] along = new int[shape.length()];
      int shift = shape.length() - operand.shape().length();
      for (int axis = shift; axis < along.length; axis++) {
        boolean one = operand.shape().get(axis - shift) == 1;
        along[axis] = one ? 0 : elements.strides()[axis - shift];
      }
      starts[i] =
          new Elements(elements.buffer(), elements.offset(), shape.toArray(), along)
              .starts(shape.toArray());
    }
    kernels.add(computed.kernel());
    return new ComputedStep(
        kernels.size() - 1,
        computed.op().resultType(DataType.FLOAT64) == DataType.INT64,
        buffers,
        starts,
        memory.of(node),
        computed.parts(),
        computed.size(),
        computed.slopes());
  }

  /** Rows along an axis, each with its place in operand and result. */
  private Along along(Node of, Node node, int axis) {
    ImmutableIntArray ones = of.shape();
    int length = ones.get(axis);
    int[] shape = ones.toArray();
    shape[axis] = 1;
    Elements from = elements(of, of.strides());
    Elements to = elements(node, Dims.rowMajor(node.shape()));
    return new Along(from, to, shape, axis, length);
  }
}
