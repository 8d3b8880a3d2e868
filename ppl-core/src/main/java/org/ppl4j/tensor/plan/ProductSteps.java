package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.graph.Dims;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.EngineProducts.Operand;
import org.ppl4j.tensor.plan.Memory.Place;
import org.ppl4j.tensor.plan.ProductStep.Side;
import org.ppl4j.tensor.plan.ProductStep.Way;

/** Makes the steps that compute products of matrices. */
final class ProductSteps {

  private static final Place ANYWHERE = new Place(0, 0);

  private final Memory memory;
  private final List<Action> once;
  private final boolean isSingle;
  private final EngineProducts engine;
  private final Map<Node, Way> ways = new HashMap<>();
  private final Map<Node, Sides> seen = new HashMap<>(); // of which places are not known
  private final Map<Layout, PackedRows> packed = new HashMap<>();

  /** How vectors of a matrix lie. */
  private record Layout(Node base, int start, int vectors, int apart, int size, int stride) {

    /** Of an operand of a product: vectors along the dim that is summed over, or the other one. */
    static Layout of(Node base, Side side, boolean isSummed, int k) {
      int start = side.starts()[0];
      return isSummed
          ? new Layout(base, start, side.size(), side.stride(), k, side.summedStride())
          : new Layout(base, start, k, side.summedStride(), side.size(), side.stride());
    }
  }

  /**
   * A product that is looked at.
   *
   * @param isRight whether the right side is the wide one
   * @param isConstant whether the wide side never changes
   * @param masked which numbers of the narrow side may be other than 0, if not all
   */
  private record Sides(
      Side left,
      Side right,
      int k,
      boolean isRight,
      boolean isConstant,
      @Nullable ImmutableList<MaskedTerms.Group> masked) {

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
    List<Way> best = new ArrayList<>();
    for (Node node : products) {
      Sides sides = sides(node, (Form.Product) node.form(), ANYWHERE, ANYWHERE);
      seen.put(node, sides);
      all.add(sides);
      best.add(way(node, sides));
    }
    for (int i = 0; i < products.size(); i++) {
      Node node = products.get(i);
      boolean isEngine =
          best.get(i) == Way.ENGINE || node.varies() && isBesides(products, all, best, i);
      ways.put(node, isEngine ? Way.ENGINE : best.get(i));
      if (isEngine) {
        Form.Product product = (Form.Product) node.form();
        engine.expect(operand(product, all.get(i), true), operand(product, all.get(i), false));
      }
    }
  }

  /** Whether one is best done by the engine if a neighbour has copied an operand. */
  private boolean isBesides(List<Node> products, List<Sides> all, List<Way> best, int at) {
    Sides sides = all.get(at);
    Form.Product product = (Form.Product) products.get(at).form();
    Way way = best.get(at);
    boolean isShort = sides.wide().size() < ProductChoice.SHORT;
    if (sides.isConstant || isShort || way == Way.SINGLE_MULTIPLES) {
      return false;
    }
    double copied = 0;
    for (boolean isLeft : new boolean[] {true, false}) {
      Operand own = operand(product, sides, isLeft);
      for (int i = Math.max(0, at - 1); i <= Math.min(at + 1, all.size() - 1); i++) {
        Form.Product other = (Form.Product) products.get(i).form();
        boolean isThere =
            i != at
                && best.get(i) == Way.ENGINE
                && (own.isSame(operand(other, all.get(i), true))
                    || own.isSame(operand(other, all.get(i), false)));
        copied = Math.max(copied, isThere ? own.side().size() : 0);
      }
    }
    double terms = MaskedTerms.count(sides.masked, sides.narrow(), sides.k);
    double engines = EngineProductStep.nanoseconds(sides.left, sides.right, sides.k, isSingle);
    return engines - EngineProductStep.COPIED * sides.k * copied
        < ProductChoice.nanoseconds(way, sides.wide(), sides.narrow(), sides.k, false, terms);
  }

  private static Operand operand(Form.Product product, Sides sides, boolean isLeft) {
    return isLeft
        ? new Operand(product.left(), sides.left, sides.k, true)
        : new Operand(product.right(), sides.right, sides.k, false);
  }

  /** Whether a product, which was looked at, is computed in single precision. */
  boolean isSingle(Node product) {
    Way way = ways.get(product);
    return isSingle && way == Way.ENGINE || way == Way.SINGLE_MULTIPLES;
  }

  /** Whether one takes an operand that is kept in single precision, or would do if it were. */
  boolean takesSingle(Node product, Node operand) {
    Way way = ways.get(product);
    if (way == Way.ENGINE) {
      return true;
    }
    Form.Product form = (Form.Product) product.form();
    Sides sides = Objects.requireNonNull(seen.get(product));
    Node wide = sides.isRight ? form.right() : form.left();
    Node narrow = sides.isRight ? form.left() : form.right();
    boolean isWide = wide.base() == operand.base() && narrow.base() != operand.base();
    boolean isMultiples = way == Way.SINGLE_MULTIPLES || way == Way.MULTIPLES && Sums.FUSED;
    return isWide && isMultiples && !sides.isConstant && sides.wide().stride() == 1;
  }

  /** What products take that is kept in single precision, they multiply in single precision. */
  void takeSingle(Set<Node> kept) {
    ways.replaceAll(
        (product, way) ->
            way == Way.MULTIPLES
                    && product.form().operands().stream().map(Node::base).anyMatch(kept::contains)
                ? Way.SINGLE_MULTIPLES
                : way);
  }

  Action of(Node node, Form.Product product) {
    Sides sides =
        sides(node, product, memory.of(product.left().base()), memory.of(product.right().base()));
    Place place = memory.of(node);
    int[] tos = Elements.of(node, Dims.rowMajor(node.shape()), place).starts(batch(node));
    Way way = Objects.requireNonNull(ways.get(node));
    if (way == Way.ENGINE) {
      return engine.step(
          operand(product, sides, true), operand(product, sides, false), place.buffer(), tos);
    }
    Node wide = sides.isRight ? product.right() : product.left();
    return way == Way.SINGLE_MULTIPLES
        ? singleMultiples(sides, place, tos)
        : product(sides, way, wide.base(), place, tos);
  }

  private static int[] batch(Node node) {
    return node.shape().subArray(0, node.shape().length() - 2).toArray();
  }

  private Sides sides(Node node, Form.Product product, Place ofLeft, Place ofRight) {
    int rank = node.shape().length();
    int[] batch = batch(node);
    Side left = side(product.left(), ofLeft, batch, rank - 2, rank - 1);
    Side right = side(product.right(), ofRight, batch, rank - 1, rank - 2);
    boolean isRight = right.size() >= Math.min(left.size(), ProductStep.WIDE);
    Node wide = isRight ? product.right() : product.left();
    boolean isConstant = !wide.base().varies() && (isRight ? right : left).isOne();
    int k = product.left().shape().get(rank - 1);
    ImmutableList<MaskedTerms.Group> masked = null;
    if (Sums.FUSED) {
      masked =
          isRight
              ? MaskedTerms.of(product.left(), ofLeft.offset(), left, k)
              : MaskedTerms.of(product.right(), ofRight.offset(), right, k);
    }
    return new Sides(left, right, k, isRight, isConstant, masked);
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

  private Way way(Node node, Sides sides) {
    Side narrow = sides.narrow();
    double terms = MaskedTerms.count(sides.masked, narrow, sides.k);
    return node.varies()
        ? ProductChoice.of(sides.wide(), narrow, sides.k, sides.isConstant, terms, isSingle)
        : ProductChoice.own(sides.wide(), narrow, sides.k, sides.isConstant, terms);
  }

  private Action singleMultiples(Sides sides, Place place, int[] tos) {
    Side wide = sides.wide();
    int n = sides.right.size();
    SingleRows rows = singles(wide, sides.k, sides.isConstant);
    int taken = sides.isConstant ? 0 : sides.k * rows.blocks();
    return new SingleProductStep(
        wide,
        sides.narrow(),
        place.buffer(),
        tos,
        sides.isRight ? 1 : n,
        sides.isRight ? n : 1,
        sides.k,
        rows,
        sides.isConstant,
        memory.singles.scratch(taken, 5, rows.length()),
        sides.masked,
        memory.registers(2 * MaskedTerms.TOGETHER).take(1)[0]);
  }

  private Action product(Sides sides, Way best, Node base, Place place, int[] tos) {
    Side wide = sides.wide();
    Side narrow = sides.narrow();
    int k = sides.k;
    boolean isVector = best != Way.NUMBERS && wide.isOne() && narrow.size() == 1;
    boolean isKnown = isVector && packed.containsKey(Layout.of(base, wide, true, k));
    Way way = isKnown ? Way.PRODUCTS : best; // to pack others would take longer than to multiply
    boolean isSummed = way == Way.PRODUCTS;
    PackedRows wideRows = null;
    PackedRows narrowRows = null;
    boolean isPacked = sides.isConstant;
    int taken = 0;
    if (way != Way.NUMBERS && wide.isOne()) {
      Layout layout = Layout.of(base, wide, isSummed, k);
      isPacked |= packed.containsKey(layout);
      wideRows =
          packed.computeIfAbsent(layout, key -> pack(key, wide, isSummed, k, sides.isConstant));
    } else if (way != Way.NUMBERS) {
      int vectors = isSummed ? wide.size() : k;
      wideRows = scratch(0, vectors, isSummed ? k : wide.size());
      taken = vectors * wideRows.blocks();
    }
    if (isSummed) {
      narrowRows = scratch(taken, narrow.size(), k);
    }
    Registers registers = memory.registers(PackedRows.length(isSummed ? k : wide.size()));
    int n = sides.right.size();
    return new ProductStep(
        wide,
        narrow,
        place.buffer(),
        tos,
        sides.isRight ? 1 : n,
        sides.isRight ? n : 1,
        k,
        wideRows,
        isPacked,
        narrowRows,
        way == Way.MULTIPLES ? sides.masked : null,
        registers.take(6));
  }

  private PackedRows scratch(int from, int vectors, int size) {
    int length = PackedRows.length(size);
    int blocks = PackedRows.blocks(size);
    return new PackedRows(memory.buffers.scratch(from, vectors * blocks, length), blocks, length);
  }

  /** Arrays for vectors in single precision, which are filled once if they never change. */
  private SingleRows singles(Side wide, int k, boolean isConstant) {
    int length = SingleRows.length(wide.size());
    int blocks = SingleRows.blocks(wide.size());
    int count = k * blocks;
    if (!isConstant) {
      return new SingleRows(memory.singles.scratch(0, count, length), blocks, length);
    }
    SingleRows rows = new SingleRows(memory.singles.add(count, length, true), blocks, length);
    once.add(store -> SingleProductStep.pack(store, rows, wide, 0, k));
    return rows;
  }

  /** Arrays for vectors, which are filled once if they never change, else by who has them first. */
  private PackedRows pack(Layout layout, Side side, boolean isSummed, int k, boolean isConstant) {
    int length = PackedRows.length(layout.size());
    int blocks = PackedRows.blocks(layout.size());
    int first = memory.buffers.add(layout.vectors() * blocks, length, isConstant);
    PackedRows rows = new PackedRows(first, blocks, length);
    if (isConstant) {
      once.add(store -> side.pack(rows, store.doubles(), 0, isSummed, k));
    }
    return rows;
  }
}
