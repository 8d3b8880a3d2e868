package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * One column with atoms, single numbers that rows have with positive probability, and a density
 * elsewhere: P(y = aₖ) = pₖ, and p_K times the density of another distribution for all that is no
 * atom. A log-probability is that of a mass at atoms, and of a density elsewhere.
 */
final class MixedDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(MixedDistribution.class, 1);

  static final String KIND = "mixed";

  private static final String ATOMS = "mixed.atoms";
  private static final String WHICH = "which/";
  private static final String REST = "rest/";

  private final double[] atoms;
  private final CategoryDistribution which;
  private final RowDistribution rest;

  /**
   * Of these.
   *
   * @param atoms K of them, ascending
   * @param which the atom, a level from 0 to K − 1, or K for none; closed with this
   * @param rest of numbers that are no atoms; closed with this
   */
  MixedDistribution(double[] atoms, CategoryDistribution which, RowDistribution rest) {
    this.atoms = atoms;
    this.which = which;
    this.rest = rest;
  }

  /** Which atom a number is, from 0; the number of atoms for none. */
  static int which(double[] atoms, double number) {
    int place = CategoryDistribution.index(atoms, number);
    return place >= 0 ? place : atoms.length;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public int contextDim() {
    return rest.contextDim();
  }

  @Override
  public double[] logProb(Tables tables) {
    double[] logs = which.logProbs(tables.rows(), tables.x());
    double[] result = new double[tables.rows()];
    int[] others =
        IntStream.range(0, result.length)
            .filter(i -> which(atoms, tables.y().number(i, 0)) == atoms.length)
            .toArray();
    for (int i = 0; i < result.length; i++) {
      int own = which(atoms, tables.y().number(i, 0));
      result[i] = logs[i * (atoms.length + 1) + own];
    }
    if (others.length > 0) {
      double[] densities = rest.logProb(tables.view(others));
      for (int k = 0; k < others.length; k++) {
        result[others[k]] += densities[k];
      }
    }
    return result;
  }

  @Override
  public double[] cdf(Tables tables) {
    return upTo(tables, rest.cdf(tables), true);
  }

  @Override
  public double[] below(Tables tables) {
    return upTo(tables, rest.below(tables), false);
  }

  private double[] upTo(Tables tables, double[] ofRest, boolean isIncluded) {
    double[] logs = which.logProbs(tables.rows(), tables.x());
    double[] result = new double[tables.rows()];
    for (int i = 0; i < result.length; i++) {
      double number = tables.y().number(i, 0);
      int from = i * (atoms.length + 1);
      double sum = Math.exp(logs[from + atoms.length]) * ofRest[i];
      for (int k = 0; k < atoms.length; k++) {
        if (atoms[k] < number || (isIncluded && atoms[k] == number)) {
          sum += Math.exp(logs[from + k]);
        }
      }
      result[i] = Math.min(1, sum);
    }
    return result;
  }

  /** Atom by atom: between two of them a probability is one of the rest. */
  @Override
  public double[] quantile(Tables probabilities) {
    int rows = probabilities.rows();
    double[][] ofRest = new double[atoms.length][];
    for (int k = 0; k < atoms.length; k++) {
      double[] same = new double[rows];
      Arrays.fill(same, atoms[k]);
      ofRest[k] = rest.cdf(new Tables(new Table("y", 1, same), probabilities.x()));
    }
    double[] logs = which.logProbs(rows, probabilities.x());
    double[] shares = new double[rows];
    double[] result = new double[rows];
    boolean[] isAtom = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      int from = i * (atoms.length + 1);
      double wanted = probabilities.y().number(i, 0);
      double between = Math.exp(logs[from + atoms.length]);
      double sum = 0;
      for (int k = 0; k < atoms.length && wanted > sum + between * ofRest[k][i]; k++) {
        sum += Math.exp(logs[from + k]);
        if (wanted <= sum + between * ofRest[k][i]) {
          isAtom[i] = true;
          result[i] = atoms[k];
        }
      }
      shares[i] = Math.max(0, Math.min((wanted - sum) / between, 1)); // NaN stays
    }
    int[] others = IntStream.range(0, rows).filter(i -> !isAtom[i]).toArray();
    if (others.length > 0) {
      Table own = new Table("p", 1, Arrays.stream(others).mapToDouble(i -> shares[i]).toArray());
      Table contexts = probabilities.x();
      double[] numbers =
          rest.quantile(new Tables(own, contexts == null ? null : contexts.view(others)));
      for (int k = 0; k < others.length; k++) {
        result[others[k]] = numbers[k];
      }
    }
    return result;
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    double[] values = which.draws(count, contexts, RowDistribution.part(stream, 0)).values();
    int[] others = IntStream.range(0, count).filter(i -> values[i] == atoms.length).toArray();
    for (int i = 0; i < count; i++) {
      values[i] = atoms[(int) Math.min(values[i], atoms.length - 1.0)];
    }
    if (others.length > 0) {
      Table given = contexts == null ? null : contexts.view(others);
      Table drawn = rest.draws(others.length, given, RowDistribution.part(stream, 1));
      for (int k = 0; k < others.length; k++) {
        values[others[k]] = drawn.number(k, 0);
      }
    }
    return new Table("sample", 1, values);
  }

  @Override
  public RowDistribution recorded() {
    return new MixedDistribution(atoms, which.recorded(), rest.recorded());
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    DensityFile.put(file, ATOMS, atoms);
    file.put(WHICH, which::write);
    file.put(REST, rest::write);
  }

  /** The one in a file. */
  static MixedDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    double[] atoms = DensityFile.numbers(file, ATOMS, 1);
    return new MixedDistribution(
        atoms, CategoryDistribution.read(file.part(WHICH), reader), reader.read(file.part(REST)));
  }

  @Override
  public void close() {
    which.close();
    rest.close();
  }
}
