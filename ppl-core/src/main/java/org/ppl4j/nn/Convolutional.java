package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Convolutions over a signal, an image or a volume, with a nonlinearity between them: each place
 * sees the places around it, by the same weights everywhere.
 *
 * <p>The input is a vector of C channels one after the other, each of the n places of a grid row by
 * row; entries beyond these, a context, are the same channels at every place. Beyond its edges the
 * grid goes on with its edge. If the outputs are as many for each channel and place, P, the last
 * layer is a convolution too, and output {@code (C, n, P)} lies beside its input: couplings of
 * equal halves. Otherwise it is a dense layer of all that is there. Weights start as those of
 * {@link Mlp}, the last layer at 0. A layer costs one gather and one product. A convolution does
 * not know where it is: see {@link #located}.
 *
 * <p>Source, in flows: Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (2017),
 * section 3.
 */
public final class Convolutional implements Conditioner {

  private static final Family FAMILY = Family.of(Convolutional.class, 1);

  private final Shape places;
  private final int signals;
  private final int width;
  private final ImmutableIntArray hidden;
  private final Activation activation;
  private final boolean located;

  private Convolutional(
      Shape places,
      int signals,
      int width,
      ImmutableIntArray hidden,
      Activation activation,
      boolean located) {
    this.places = places;
    this.signals = signals;
    this.width = width;
    this.hidden = hidden;
    this.activation = activation;
    this.located = located;
  }

  /**
   * Over one channel, by windows of 3 places along each axis, with ReLU between.
   *
   * @param places the grid: {@code (length)} of a signal, {@code (height, width)} of an image
   * @param hidden the channels of each hidden layer
   * @throws IllegalArgumentException if the grid has no place, or a layer has no channel
   */
  public static Convolutional of(Shape places, int... hidden) {
    checkArgument(
        places.dimension() >= 1 && places.size() >= 1,
        "convolutional network has places %s, but needs at least 1 along each of 1 or more axes",
        places);
    for (int channels : hidden) {
      checkArgument(
          channels >= 1,
          "convolutional network has a hidden layer of %s channels, but needs at least 1",
          channels);
    }
    return new Convolutional(
        places, 1, 3, ImmutableIntArray.copyOf(hidden), Activation.RELU, false);
  }

  /**
   * With this many channels in the input.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Convolutional channels(int channels) {
    checkArgument(
        channels >= 1, "convolutional network has %s channels, but needs at least 1", channels);
    return new Convolutional(places, channels, width, hidden, activation, located);
  }

  /**
   * With windows of this many places along each axis.
   *
   * @throws IllegalArgumentException if it is not odd
   */
  public Convolutional window(int width) {
    checkArgument(
        width >= 1 && width % 2 == 1,
        "convolutional network has windows of %s places, but needs an odd number",
        width);
    return new Convolutional(places, signals, width, hidden, activation, located);
  }

  /** With another nonlinearity. */
  public Convolutional activation(Activation activation) {
    return new Convolutional(
        places, signals, width, hidden, requireNonNull(activation, "activation"), located);
  }

  /**
   * With biases of its own for each place and channel of each layer, beside those that all places
   * share, 0 at first: for images whose places are not alike, such as digits in a frame.
   */
  public Convolutional located() {
    return new Convolutional(places, signals, width, hidden, activation, true);
  }

  @Override
  public Network network(int inputs, int outputs) {
    if (inputs == 0) {
      return Conditioner.constant().network(inputs, outputs);
    }
    int n = Math.toIntExact(places.size());
    checkArgument(
        inputs >= signals * n,
        "convolutional network has %s inputs, but %s channels of places %s are %s; give it the"
            + " shape of what passes",
        inputs,
        signals,
        places,
        signals * n);
    ImmutableLongArray windows = windows();
    int size = windows.length() / n;
    ImmutableList.Builder<Dense> layers = ImmutableList.builder();
    int from = signals + inputs - signals * n;
    for (int i = 0; i < hidden.length(); i++) {
      layers.add(new Dense(Integer.toString(i), size * from, hidden.get(i)));
      from = hidden.get(i);
    }
    boolean local = outputs % (signals * n) == 0;
    Dense last =
        local ? new Dense("last", size * from, outputs / n) : new Dense("last", n * from, outputs);
    return new Layers(signals, n, windows, layers.build(), last, local, activation, located);
  }

  /** For each place the places of its window. */
  private ImmutableLongArray windows() {
    int axes = places.dimension();
    ImmutableLongArray.Builder index = ImmutableLongArray.builder();
    long offsets = Math.round(Math.pow(width, axes));
    for (long place = 0; place < places.size(); place++) {
      for (long offset = 0; offset < offsets; offset++) {
        long at = place;
        long move = offset;
        long seen = 0;
        long stride = 1;
        for (int axis = axes - 1; axis >= 0; axis--) {
          long length = places.get(axis);
          long moved = at % length + move % width - width / 2;
          seen += stride * Math.max(0, Math.min(length - 1, moved));
          stride *= length;
          at /= length;
          move /= width;
        }
        index.add(seen);
      }
    }
    return index.build();
  }

  private record Layers(
      int signals,
      int places,
      ImmutableLongArray windows,
      ImmutableList<Dense> hidden,
      Dense last,
      boolean local,
      Activation activation,
      boolean located)
      implements Network {

    @Override
    public List<TensorSpec> tensors() {
      ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
      for (Dense layer : hidden) {
        specs.addAll(layer.random()).addAll(ofPlaces(layer));
      }
      specs.addAll(last.zero()).addAll(local ? ofPlaces(last) : List.of());
      return TensorSpec.ofFamily(FAMILY, specs.build());
    }

    private List<TensorSpec> ofPlaces(Dense layer) {
      return located
          ? List.of(
              TensorSpec.parameter(nameOfPlaces(layer), new Shape(places, layer.outputs()), 0))
          : List.of();
    }

    private static String nameOfPlaces(Dense layer) {
      return layer.name() + ".places";
    }

    /** A layer at each place: {@code (*, places, outputs)} of windows. */
    private NDArray applied(Dense layer, NamedTensors tensors, NDArray seen) {
      NDArray value = layer.applyToRows(tensors, seen);
      return located ? value.add(tensors.get(nameOfPlaces(layer))) : value;
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray index = Tensors.run(x).create(windows.toArray(), new Shape(windows.length()));
      NDArray value = atPlaces(x);
      for (Dense layer : hidden) {
        value = activation.apply(applied(layer, tensors, around(value, index)));
      }
      Shape batch = Shapes.dropRight(value.getShape(), 2);
      if (!local) {
        long all = places * value.getShape().get(batch.dimension() + 1);
        NDArray flat = Tensors.reshape(value, Shapes.concat(batch, new Shape(all)));
        return last.apply(tensors, flat);
      }
      NDArray output = applied(last, tensors, around(value, index));
      return byChannels(output, Shapes.dropRight(output.getShape(), 2));
    }

    /** {@code (*, places, channels)} of a vector, its context at every place. */
    private NDArray atPlaces(NDArray x) {
      Shape batch = Shapes.dropRight(x.getShape(), 1);
      long length = x.getShape().get(batch.dimension());
      long seen = (long) signals * places;
      NDArray signal = length == seen ? x : Tensors.range(x, -1, 0, seen);
      NDArray grid = Tensors.reshape(signal, Shapes.concat(batch, new Shape(signals, places)));
      NDArray value = grid.swapAxes(-1, -2);
      if (length == seen) {
        return value;
      }
      NDArray context = Tensors.range(x, -1, seen, length).expandDims(-2);
      Shape everywhere = Shapes.concat(batch, new Shape(places, length - seen));
      return Tensors.concat(List.of(value, context.broadcast(everywhere)), -1);
    }

    /** The channels of each place's window: {@code (*, places, window · channels)}. */
    private NDArray around(NDArray value, NDArray index) {
      Shape batch = Shapes.dropRight(value.getShape(), 2);
      long channels = value.getShape().get(batch.dimension() + 1);
      NDArray seen = Tensors.select(value, index, -2);
      long size = windows.length() / places * channels;
      return Tensors.reshape(seen, Shapes.concat(batch, new Shape(places, size)));
    }

    /** {@code (*, places, C · P)} as the vector of {@code (C, places, P)}. */
    private NDArray byChannels(NDArray output, Shape batch) {
      long each = output.getShape().get(batch.dimension() + 1) / signals;
      NDArray sorted =
          signals == 1
              ? output
              : Tensors.reshape(output, Shapes.concat(batch, new Shape(places, signals, each)))
                  .swapAxes(-2, -3);
      return Tensors.reshape(
          sorted, Shapes.concat(batch, new Shape((long) places * signals * each)));
    }
  }

  @Override
  public String toString() {
    return "convolutional" + places + hidden;
  }
}
