package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.EngineProducts.Operand;
import org.ppl4j.tensor.internal.plan.Memory.Place;
import org.ppl4j.tensor.internal.plan.ProductChoice.Way;

/** Makes the steps that compute products of matrices. */
final class ProductSteps {

  private static final Place ANYWHERE = new Place(0, 0);

  /**
   * The right operand gives the vectors from this size on, even if the left one is larger: then
   * rows of the result are vectors.
   */
  private static final int WIDE = 64;

  private final Memory memory;
  private final List<Action> once;
  private final boolean isSingle;
  private final EngineProducts engine;
  private final Map<Node, ProductChoice> ways = new HashMap<>();
  private final Map<Node, Sides> seen = new HashMap<>(); // of which places are not known
  private final Map<Layout, PackedRows> packed = new HashMap<>();
  private final Map<ElementType, Map<Integer, Integer>> zeros = new HashMap<>(); // by length

  /** Vectors of a matrix, how they lie and are packed. */
  private record Layout(
      Node base, int start, int vectors, int apart, int size, int stride, ElementType type) {

    int blocks() {
      return PackedRows.blocks(type, size);
    }
  }

  /**
   * A product that is looked at.
   *
   * @param isRight whether the right side is the wide one
   * @param isConstant whether the wide side never changes
   * @param terms which numbers of the narrow side may be other than 0
   */
  private record Sides(
      Side left, Side right, int k, boolean isRight, boolean isConstant, Terms terms) {

    Side wide() {
      return isRight ? right : left;
    }

    Side narrow() {
      return isRight ? left : right;
    }
  }

  /**
   * Over memory.
   *
   * @param once takes up what is to be done once, after what is computed once
   * @param isSingle whether single precision is enough
   */
  ProductSteps(Memory memory, List<Action> once, boolean isSingle) {
    this.memory = memory;
    this.once = once;
    this.isSingle = isSingle;
    this.engine = new EngineProducts(memory, isSingle);
  }

  /**
   * Looks at products that there will be steps for, in their order. Those that are near one of the
   * engine's, and read what is copied for it, may be the engine's too.
   */
  void expect(List<Node> products) {
    List<Sides> all = new ArrayList<>();
    List<ProductChoice> best = new ArrayList<>();
    for (Node node : products) {
      Sides sides = sides(node, (Form.Product) node.form(), ANYWHERE, ANYWHERE);
      seen.put(node, sides);
      all.add(sides);
      best.add(choice(node, sides));
    }
    ProductChoice engines = new ProductChoice(Way.ENGINE, ElementType.of(isSingle));
    for (int i = 0; i < products.size(); i++) {
      Node node = products.get(i);
      boolean isEngine =
          best.get(i).way() == Way.ENGINE || node.varies() && isBesides(products, all, best, i);
      ways.put(node, isEngine ? engines : best.get(i));
      if (isEngine) {
        Form.Product product = (Form.Product) node.form();
        engine.expect(operand(product, all.get(i), true), operand(product, all.get(i), false));
      }
    }
  }

  /** Whether one is best done by the engine if a neighbour has copied an operand. */
  private boolean isBesides(
      List<Node> products, List<Sides> all, List<ProductChoice> best, int at) {
    Sides sides = all.get(at);
    Form.Product product = (Form.Product) products.get(at).form();
    ProductChoice own = best.get(at);
    boolean isShort = sides.wide().size() < ProductChoice.SHORT;
    if (sides.isConstant || isShort || own.type() == ElementType.FLOAT) {
      return false;
    }
    double copied = 0;
    for (boolean isLeft : new boolean[] {true, false}) {
      Operand operand = operand(product, sides, isLeft);
      for (int i = Math.max(0, at - 1); i <= Math.min(at + 1, all.size() - 1); i++) {
        Form.Product other = (Form.Product) products.get(i).form();
        boolean isThere =
            i != at
                && best.get(i).way() == Way.ENGINE
                && (operand.isSame(operand(other, all.get(i), true))
                    || operand.isSame(operand(other, all.get(i), false)));
        copied = Math.max(copied, isThere ? operand.side().size() : 0);
      }
    }
    double terms = sides.terms.count(sides.narrow());
    double engines = EngineProductStep.nanoseconds(sides.left, sides.right, sides.k, isSingle);
    return engines - EngineProductStep.COPIED * sides.k * copied
        < own.nanoseconds(sides.wide(), sides.narrow(), sides.k, false, terms);
  }

  private static Operand operand(Form.Product product, Sides sides, boolean isLeft) {
    return isLeft
        ? new Operand(product.left(), sides.left, sides.k, true)
        : new Operand(product.right(), sides.right, sides.k, false);
  }

  private ProductChoice choiceOf(Node product) {
    return Objects.requireNonNull(ways.get(product));
  }

  /** Whether a product, which was looked at, is computed in single precision. */
  boolean isSingle(Node product) {
    return choiceOf(product).type() == ElementType.FLOAT;
  }

  /** Whether one takes an operand that is kept in single precision, or would do if it were. */
  boolean takesSingle(Node product, Node operand) {
    ProductChoice choice = choiceOf(product);
    Form.Product form = (Form.Product) product.form();
    Sides sides = Objects.requireNonNull(seen.get(product));
    Node wide = sides.isRight ? form.right() : form.left();
    Node narrow = sides.isRight ? form.left() : form.right();
    boolean isWide = wide.base() == operand.base() && narrow.base() != operand.base();
    return switch (choice.way()) {
      case ENGINE -> true;
      case NUMBERS -> false;
      case DOTS -> !isWide;
      case MULTIPLES ->
          choice.type() == ElementType.FLOAT
              || isWide && !sides.isConstant && sides.wide().stride() == 1;
    };
  }

  /** What products take that is kept in single precision, they multiply in single precision. */
  void takeSingle(Set<Node> kept) {
    ways.replaceAll(
        (product, choice) ->
            choice.way() == Way.MULTIPLES
                    && product.form().operands().stream().map(Node::base).anyMatch(kept::contains)
                ? new ProductChoice(Way.MULTIPLES, ElementType.FLOAT)
                : choice);
  }

  Action of(Node node, Form.Product product) {
    Sides sides =
        sides(node, product, memory.of(product.left().base()), memory.of(product.right().base()));
    Place place = memory.of(node);
    int[] tos = Elements.of(node, Dims.rowMajor(node.shape()), place).starts(batch(node));
    ProductChoice choice = choiceOf(node);
    if (choice.way() == Way.ENGINE) {
      return engine.step(
          operand(product, sides, true), operand(product, sides, false), place.buffer(), tos);
    }
    int n = sides.right.size();
    Product all =
        new Product(
            sides.wide(),
            sides.narrow(),
            place.buffer(),
            tos,
            sides.isRight ? 1 : n,
            sides.isRight ? n : 1,
            sides.k);
    Node wide = (sides.isRight ? product.right() : product.left()).base();
    if (choice.way() == Way.NUMBERS) {
      return new NumbersStep(all);
    }
    ElementType type = choice.type();
    boolean isVector = sides.wide().isOne() && sides.narrow().size() == 1;
    for (ElementType there : isSingle ? ElementType.values() : new ElementType[] {type}) {
      PackedRows known = packed.get(layout(wide, sides, true, there));
      if (isVector && known != null) { // to pack others would take longer than to multiply
        return dots(all, known, true);
      }
    }
    boolean isSummed = choice.way() == Way.DOTS;
    Layout layout = layout(wide, sides, isSummed, type);
    boolean isPacked = sides.isConstant || packed.containsKey(layout);
    PackedRows rows =
        sides.wide().isOne()
            ? packed.computeIfAbsent(layout, key -> pack(key, sides, isSummed))
            : scratch(type, 0, layout.vectors, layout.size, layout.blocks());
    return isSummed ? dots(all, rows, isPacked) : multiples(all, rows, isPacked, sides.terms);
  }

  private static int[] batch(Node node) {
    return node.shape().subArray(0, node.shape().length() - 2).toArray();
  }

  private Sides sides(Node node, Form.Product product, Place ofLeft, Place ofRight) {
    int rank = node.shape().length();
    int[] batch = batch(node);
    Side left = side(product.left(), ofLeft, batch, rank - 2, rank - 1);
    Side right = side(product.right(), ofRight, batch, rank - 1, rank - 2);
    boolean isRight = right.size() >= Math.min(left.size(), WIDE);
    Node wide = isRight ? product.right() : product.left();
    boolean isConstant = !wide.base().varies() && (isRight ? right : left).isOne();
    int k = product.left().shape().get(rank - 1);
    Terms terms =
        isRight
            ? Terms.of(product.left(), ofLeft.offset(), left, k)
            : Terms.of(product.right(), ofRight.offset(), right, k);
    return new Sides(left, right, k, isRight, isConstant, terms);
  }

  /** An operand of a product: the axis that the result has too, and the one that is summed over. */
  private static Side side(Node x, Place place, int[] batch, int axis, int summed) {
    ImmutableIntArray strides = x.strides();
    Elements elements = Elements.of(x, strides, place);
    return new Side(
        elements.buffer(),
        elements.starts(batch),
        x.shape().get(axis),
        strides.get(axis),
        strides.get(summed));
  }

  private ProductChoice choice(Node node, Sides sides) {
    Side wide = sides.wide();
    Side narrow = sides.narrow();
    double terms = sides.terms.count(narrow);
    return node.varies() && memory.hasEngine()
        ? ProductChoice.of(wide, narrow, sides.k, sides.isConstant, terms, isSingle)
        : ProductChoice.own(
            wide, narrow, sides.k, sides.isConstant, terms, isSingle && node.varies());
  }

  /** Vectors of the wide side, along the dim that is summed over, or the other one. */
  private static Layout layout(Node base, Sides sides, boolean isSummed, ElementType type) {
    Side side = sides.wide();
    int start = side.starts()[0];
    int size = isSummed ? sides.k : side.size();
    return isSummed
        ? new Layout(base, start, side.size(), side.stride(), size, side.summedStride(), type)
        : new Layout(base, start, sides.k, side.summedStride(), size, side.stride(), type);
  }

  private Action multiples(Product product, PackedRows rows, boolean isPacked, Terms terms) {
    int taken = isPacked ? 0 : product.k() * rows.blocks();
    Slots slots = memory.slots(rows.type());
    int sums = slots.scratch(taken, MultiplesStep.ARRAYS, rows.length());
    return new MultiplesStep(product, rows, isPacked, terms, sums);
  }

  private Action dots(Product product, PackedRows rows, boolean isPacked) {
    int taken = isPacked ? 0 : product.wide().size() * rows.blocks();
    int vectors = product.narrow().size();
    PackedRows others = scratch(rows.type(), taken, vectors, product.k(), rows.blocks());
    int sum = memory.slots(rows.type()).scratch(taken + vectors * rows.blocks(), 1, rows.length());
    return new DotsStep(product, rows, isPacked, others, sum);
  }

  /** Arrays for vectors that steps have one after the other. */
  private PackedRows scratch(ElementType type, int from, int vectors, int size, int blocks) {
    int length = (size + blocks - 1) / blocks;
    int first = memory.slots(type).scratch(from, vectors * blocks, length);
    return new PackedRows(type, first, blocks, length, zeros(type, length));
  }

  /** Arrays for vectors, which are filled once if they never change, else by who has them first. */
  private PackedRows pack(Layout layout, Sides sides, boolean isSummed) {
    int length = (layout.size + layout.blocks() - 1) / layout.blocks();
    boolean isShared = sides.isConstant;
    int first = memory.slots(layout.type).add(layout.vectors * layout.blocks(), length, isShared);
    PackedRows rows =
        new PackedRows(layout.type, first, layout.blocks(), length, zeros(layout.type, length));
    if (sides.isConstant) {
      once.add(store -> rows.fill(store, sides.wide(), 0, isSummed, sides.k));
    }
    return rows;
  }

  /** An array of zeros. */
  private int zeros(ElementType type, int length) {
    return zeros
        .computeIfAbsent(type, key -> new HashMap<>())
        .computeIfAbsent(length, key -> memory.slots(type).add(key, true));
  }
}
