package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Sliding;

/** What a node of a graph computes, and of which nodes. Two of the same form are the same node. */
public sealed interface Form {

  /** The nodes that it is computed of. */
  default ImmutableList<Node> operands() {
    return ImmutableList.of();
  }

  /** Where the numbers of an input come from. */
  enum Role {
    /** What gradients are taken of. */
    VARIABLE,
    /** Draws. */
    NOISE,
    /** Numbers of Java that are read anew. */
    VALUE,
    /** Arrays of data that may be others. */
    DATA,
    /** Buffers of modules, which steps update. */
    BUFFER
  }

  /** A number. */
  record Scalar(double value) implements Form {}

  /** Numbers that never change, row by row. */
  record Constant(ImmutableDoubleArray values) implements Form {}

  /**
   * The input of a role and a place.
   *
   * @param isWhole whether its numbers are whole, and may be larger than single precision has them
   */
  record Input(Role role, int index, boolean isWhole) implements Form {}

  /**
   * What a step of a scan is given, which is another at each step: a leaf of its body.
   *
   * @param scan tells the scans of a record apart
   * @param level how many scans this one is within, itself included
   * @param isMoving whether it has a derivative in a variable
   */
  record Slot(int scan, int level, int index, boolean isMoving) implements Form {}

  /**
   * Steps, each of what the one before has left: what the last one leaves, one after the other,
   * then what all of them give, {@code (times, shape)} each.
   *
   * @param isBackwards whether the last step is the first that is done
   * @param starts what the first one is given, of the shapes of the body's carries
   * @param stacks what each one is given its row of, {@code (times, shape)}
   * @param fixed what is the same at each step
   */
  record Scan(
      ScanGraph body,
      int times,
      boolean isBackwards,
      ImmutableList<Node> starts,
      ImmutableList<Node> stacks,
      ImmutableList<Node> fixed)
      implements Form {

    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.<Node>builder().addAll(starts).addAll(stacks).addAll(fixed).build();
    }
  }

  /**
   * What a scan remembers of its steps for its gradient, {@code (times, shape)}, which other scans
   * read.
   *
   * @param place among what its body remembers
   */
  record History(Node scan, int place) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(scan);
    }
  }

  /**
   * A function of the elements of operands, which broadcast.
   *
   * @param order of a polygamma function, the number from 1 of a variable that is cut from what it
   *     comes from, else 0
   */
  record Pointwise(Op op, int order, ImmutableList<Node> operands) implements Form {}

  /**
   * Elements of a node that is no view: the one at place (i, j, …) is at {@code offset + i ·
   * strides[0] + j · strides[1] + …}.
   */
  record View(Node base, int offset, ImmutableIntArray strides) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(base);
    }
  }

  /** Sums over the dims that the node has of size 1 and the operand has not; both of one rank. */
  record Sum(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /**
   * The largest element along an axis, NaN if one is; the axis is kept. It has no derivative, since
   * it is for what exponentials that are summed are shifted by, which cancels.
   */
  record Largest(Node of, int axis) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** The place of the first largest element along an axis, or of the smallest; the axis is kept. */
  record Extreme(Node of, int axis, boolean largest) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** The places of the elements along an axis in their order; a NaN is the largest. */
  record Order(Node of, int axis, boolean descending) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** Sums of all elements up to each along an axis, or of all from each on. */
  record RunningSum(Node of, int axis, boolean backwards) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** A part of an assembly, and where its elements go, as those of a view come from. */
  record Piece(Node node, int offset, ImmutableIntArray strides) {}

  /** Sums of pieces, and a number elsewhere. */
  record Assembly(double elsewhere, ImmutableList<Piece> pieces) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return pieces.stream().map(Piece::node).collect(ImmutableList.toImmutableList());
    }
  }

  /**
   * The elements that an index of the node's shape names along an axis; along others an element is
   * at the place of its result.
   */
  record Gather(Node values, Node index, int axis) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(values, index);
    }
  }

  /**
   * What some {@link Gather}s of one shape have taken put back: sums where indexes name a place
   * more than once.
   *
   * @param indexes one for each of the values
   */
  record ScatterSum(ImmutableList<Node> values, ImmutableList<Node> indexes, int axis)
      implements Form {

    static ScatterSum of(Node values, Node index, int axis) {
      return new ScatterSum(ImmutableList.of(values), ImmutableList.of(index), axis);
    }

    /** The shape of all values. */
    public ImmutableIntArray taken() {
      return values.get(0).shape();
    }

    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.<Node>builder().addAll(values).addAll(indexes).build();
    }
  }

  /**
   * Of an index along an axis of a size: 1 where it is the last to name its place, 0 where a later
   * element names it again.
   */
  record Last(Node index, int axis, int size) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(index);
    }
  }

  /** A product of matrices {@code (*, m, k)} and {@code (*, k, n)} with the same batch. */
  record Product(Node left, Node right) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(left, right);
    }
  }

  /**
   * Logarithms of rows times chains of matrices, {@code (B, K)} at first, and what is kept of them
   * for the gradient: see {@link Op#LOG_CHAIN}.
   */
  record LogChain(Node start, Node vectors, Node matrices) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(start, vectors, matrices);
    }
  }

  /** What a chain gives to its operands of a gradient {@code (B, K)}, one after the other. */
  record LogChainGradient(Node chain, Node start, Node vectors, Node matrices, Node gradient)
      implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(chain, start, vectors, matrices, gradient);
    }
  }

  /**
   * The lower triangular factors of positive definite matrices, of which the lower triangles are
   * read; NaN where there is none.
   */
  record Cholesky(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /**
   * What matrices get of the gradients of their lower triangular factors, of which the lower
   * triangles are read; symmetric.
   */
  record CholeskyGradient(Node factor, Node gradient) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(factor, gradient);
    }
  }

  /** Of triangular matrices and right sides with the same batch; one triangle is read. */
  record TriangularSolution(Node triangle, Node sides, boolean upper) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(triangle, sides);
    }
  }

  /**
   * The triangular factors of square matrices with exchanged rows, in one matrix, the lower one
   * without its diagonal of ones; a row more says with which one, counted from 1, each row was
   * exchanged. They have no derivative: those who use them have the matrix too.
   */
  record Factors(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /**
   * Of square matrices and right sides with the same batch; NaN where a matrix is singular.
   *
   * @param factors of the matrices
   * @param isAcross whether the matrices are transposed
   */
  record Solution(Node matrix, Node factors, Node sides, boolean isAcross) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(matrix, factors, sides);
    }
  }

  /** The orthonormal factors of QR decompositions of matrices with no more columns than rows. */
  record Orthonormal(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /**
   * Sums over the windows of images {@code (N, G C, H, W)} weighed by kernels {@code (G O, C, h,
   * w)}, or what these get of the gradient of the sums.
   *
   * @param part what it is; the two others are the operands, in the order of the parts
   */
  record Convolution(Part part, Node one, Node other, Sliding sliding) implements Form {

    /** A part of a convolution, which is linear in both others. */
    public enum Part {
      IMAGES,
      KERNELS,
      SUMS
    }

    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(one, other);
    }
  }

  /**
   * Of symmetric matrices, of which the lower triangles are read: a row of eigenvalues, and below
   * it orthonormal eigenvectors, a column each.
   */
  record Eigen(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /**
   * Fourier transforms of rows {@code (B, n)} of real numbers, {@code (B, n/2 + 1, 2)}, or the
   * inverse.
   *
   * @param size n
   */
  record Fourier(Node of, int size, boolean isInverse) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** The exponentials of square matrices. */
  record MatrixExponential(Node of) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of);
    }
  }

  /** The logarithms of the absolute determinants of square matrices, of which these are factors. */
  record LogDeterminant(Node of, Node factors) implements Form {
    @Override
    public ImmutableList<Node> operands() {
      return ImmutableList.of(of, factors);
    }
  }

  /**
   * The results of a row that is computed in Java, one after the other, each row by row; then for
   * each result and each operand its derivatives.
   *
   * @param kernel what computes it; of noise, the draws of one step
   * @param parts how many results
   * @param elements the shape of a result
   * @param slopes whether there are derivatives
   */
  record Computed(
      Op op,
      JavaKernel kernel,
      ImmutableList<Node> operands,
      int parts,
      ImmutableIntArray elements,
      boolean slopes)
      implements Form {

    /** How many elements a result has. */
    public int size() {
      return Dims.size(elements);
    }

    /** Where the derivatives of a result in an operand begin. */
    public int slope(int part, int operand) {
      return (parts + part * operands.size() + operand) * size();
    }
  }
}
