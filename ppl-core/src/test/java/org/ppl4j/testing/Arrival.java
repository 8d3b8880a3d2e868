package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How a tensor reaches the place where it is used. Wherever it comes from, a gradient goes back to
 * the leaf that it is made of.
 */
public enum Arrival {
  /** As the leaf itself. */
  LEAF {
    @Override
    double[] leaf(double[] values, Shape shape) {
      return values.clone();
    }

    @Override
    NDArray tensor(Run run, NDArray leaf, Shape shape) {
      return leaf;
    }
  },
  /** As the result of an operation. */
  RESULT {
    @Override
    double[] leaf(double[] values, Shape shape) {
      return values.clone();
    }

    @Override
    NDArray tensor(Run run, NDArray leaf, Shape shape) {
      return leaf.add(run.create(new double[count(shape)], shape));
    }
  },
  /** As a leaf times a plain number, which is not multiplied before it must be. */
  MULTIPLE {
    @Override
    double[] leaf(double[] values, Shape shape) {
      return Arrays.stream(values).map(x -> x / 2).toArray();
    }

    @Override
    NDArray tensor(Run run, NDArray leaf, Shape shape) {
      return leaf.mul(2);
    }
  },
  /** As every second number of a leaf. */
  SLICE {
    @Override
    Shape leafShape(Shape shape) {
      return Shapes.concat(shape, new Shape(2));
    }

    @Override
    double[] leaf(double[] values, Shape shape) {
      double[] both = new double[2 * values.length];
      Arrays.setAll(both, i -> values[i / 2]);
      return both;
    }

    @Override
    NDArray tensor(Run run, NDArray leaf, Shape shape) {
      return Tensors.range(leaf, -1, 1, 2).squeeze(-1);
    }
  },
  /** As a leaf that is repeated along its first axis of several entries, if there is one. */
  EXPANDED {
    @Override
    Shape leafShape(Shape shape) {
      long[] sizes = shape.getShape().clone();
      int axis = axis(shape);
      if (axis >= 0) {
        sizes[axis] = 1;
      }
      return new Shape(sizes);
    }

    @Override
    double[] leaf(double[] values, Shape shape) {
      // the axes before are of one entry, so that the first rows are the first numbers
      return Arrays.copyOf(values, count(leafShape(shape)));
    }

    @Override
    NDArray tensor(Run run, NDArray leaf, Shape shape) {
      return axis(shape) < 0 ? Tensors.reshape(leaf, shape) : leaf.broadcast(shape);
    }
  };

  /** The shape of the leaf of a tensor of this shape. */
  Shape leafShape(Shape shape) {
    return shape;
  }

  /** The numbers of a leaf from which a tensor of these comes, or of a direction in it. */
  abstract double[] leaf(double[] values, Shape shape);

  /** The tensor that the leaf arrives as. */
  abstract NDArray tensor(Run run, NDArray leaf, Shape shape);

  /** Whether rows of the leaf are those of the tensor. */
  boolean keepsRows() {
    return this != EXPANDED;
  }

  private static int count(Shape shape) {
    return Math.toIntExact(shape.size());
  }

  private static int axis(Shape shape) {
    for (int i = 0; i < shape.dimension(); i++) {
      if (shape.get(i) > 1) {
        return i;
      }
    }
    return -1;
  }
}
