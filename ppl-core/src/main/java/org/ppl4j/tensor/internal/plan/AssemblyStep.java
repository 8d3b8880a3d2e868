package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Puts pieces into a tensor that are not there already; where they overlap they are added. */
final class AssemblyStep implements Codable {

  private final int buffer;
  private final int offset;
  private final int size;
  private final double elsewhere;
  private final Elements[] from;
  private final Elements[] to;
  private final boolean overlaps;
  private final boolean covers;

  AssemblyStep(
      int buffer, int offset, int size, double elsewhere, List<Elements> from, List<Elements> to) {
    this.buffer = buffer;
    this.offset = offset;
    this.size = size;
    this.elsewhere = elsewhere;
    int[] moved =
        IntStream.range(0, from.size()).filter(i -> !isThere(from.get(i), to.get(i))).toArray();
    this.from = IntStream.of(moved).mapToObj(from::get).toArray(Elements[]::new);
    this.to = IntStream.of(moved).mapToObj(to::get).toArray(Elements[]::new);
    int[] times = new int[size];
    for (Elements piece : to) {
      for (int at : piece.starts(piece.sizes())) {
        times[at - offset]++;
      }
    }
    this.overlaps = Arrays.stream(times).anyMatch(n -> n > 1);
    this.covers = Arrays.stream(times).allMatch(n -> n > 0);
  }

  private static boolean isThere(Elements from, Elements to) {
    return from.buffer() == to.buffer() && from.offset() == to.offset();
  }

  @Override
  public void run(Store store) {
    if (!covers || overlaps) {
      store.fill(buffer, offset, size, elsewhere);
    }
    for (int i = 0; i < from.length; i++) {
      copy(from[i], to[i], store, 0, from[i].offset(), to[i].offset());
    }
  }

  @Override
  public int operations() {
    return Arrays.stream(from).mapToInt(AssemblyStep::count).sum();
  }

  @Override
  public int likeness() {
    return Objects.hash(buffer, offset, size, from.length);
  }

  private static int count(Elements elements) {
    return Arrays.stream(elements.sizes()).reduce(1, Math::multiplyExact);
  }

  @Override
  public void write(MethodCode code) {
    if (!covers || overlaps) {
      code.fill(buffer, offset, size, elsewhere);
    }
    for (int i = 0; i < from.length; i++) {
      int[] places = to[i].starts(to[i].sizes());
      int[] sources = from[i].starts(from[i].sizes());
      for (int k = 0; k < places.length; k++) {
        code.copy(from[i].buffer(), sources[k], buffer, places[k], overlaps);
      }
    }
  }

  private void copy(Elements source, Elements target, Store store, int axis, int s, int t) {
    int rank = source.sizes().length;
    int n = rank == 0 ? 1 : source.sizes()[axis];
    int ss = rank == 0 ? 0 : source.strides()[axis];
    int ts = rank == 0 ? 0 : target.strides()[axis];
    if (axis < rank - 1) {
      for (int i = 0; i < n; i++) {
        copy(source, target, store, axis + 1, s + i * ss, t + i * ts);
      }
    } else {
      piece(n, store, source.buffer(), s, ss, t, ts);
    }
  }

  private void piece(int n, Store store, int source, int s, int ss, int t, int ts) {
    boolean isSingle = Store.isSingle(source);
    if (Store.isSingle(buffer) && isSingle) {
      Copies.put(overlaps, n, store.single(buffer), t, ts, store.single(source), s, ss);
    } else if (Store.isSingle(buffer)) {
      Copies.put(overlaps, n, store.single(buffer), t, ts, store.doubles()[source], s, ss);
    } else if (isSingle) {
      Copies.put(overlaps, n, store.doubles()[buffer], t, ts, store.single(source), s, ss);
    } else {
      Copies.put(overlaps, n, store.doubles()[buffer], t, ts, store.doubles()[source], s, ss);
    }
  }
}
