package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.file.Family;

/**
 * What a later round draws the parameters of its simulations from, once it knows what earlier ones
 * found: a family of distributions, and the member of it that goes with a posterior. It holds no
 * tensor and no state, and may be asked on any thread. Members are kept, and are in files, by their
 * parameters: a posterior is {@linkplain Npe#load loaded} by an npe with the same family.
 *
 * <p>Draws of a posterior have weights, the prior's density over that of all that simulations were
 * drawn from. They are small where a family covers the posterior: where its tails are lighter, its
 * rounds are wasted, and left out.
 */
public interface RoundProposal {

  /**
   * The parameters of the member that goes with a posterior, by their names; tensors of the run of
   * the posterior, of any shapes.
   */
  Map<String, NDArray> around(RoundPosterior posterior);

  /**
   * The member with such parameters: a distribution of one vector of unconstrained parameters, of
   * batch shape () and event shape (P), whose density is positive everywhere.
   */
  Distribution of(NamedTensors parameters);

  /**
   * What files name it: its class, of version 1, unless it says otherwise. The version is raised
   * where the same parameters come to make another distribution, so that files of before are
   * refused.
   */
  default Family family() {
    return Family.of(getClass(), 1);
  }
}
