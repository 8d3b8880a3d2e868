package org.ppl4j.infer.density;

import java.util.List;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.file.Family;

/**
 * What noise a flow makes rows of, in place of a standard normal distribution: one with heavier
 * tails, a mixture for rows in heaps, or one that is learned with the flow, whose parameters come
 * from {@code p.param}. Their names must not begin with {@code flow.}, {@code noise.} or {@code
 * critic.}, which others have.
 */
@FunctionalInterface
public interface BaseDistribution {

  /**
   * The distribution of noise in an execution.
   *
   * <p>It is of numbers, with batch shape (dim), whose columns are independent, or of vectors, with
   * event shape (dim). Rows are wherever a flow takes its support, which is all real numbers as a
   * rule. A cdf, quantiles and intervals of rows of one column need the former, with a cdf and its
   * inverse; draws that an objective compares need one that is reparameterised.
   *
   * @param dim how many columns a row has
   */
  Distribution of(Ppl p, int dim);

  /**
   * What files name it: nothing, unless it says otherwise. A version is raised where the same
   * parameters come to make another distribution, so that files of before are refused.
   */
  default List<Family> families() {
    return List.of();
  }
}
