package org.ppl4j.infer.svi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamSite;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.internal.NonFinite;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** Finds, in a step that is repeated for this purpose, the first number that is not finite. */
final class Diagnosis {

  private Diagnosis() {}

  /**
   * The first site, parameter and operation that are not finite, in words.
   *
   * @param run watched from its beginning
   */
  static String of(Run run, Pass pass, Elbo.Estimate estimate, GradientDescent descent) {
    List<String> found = new ArrayList<>();
    add(found, parameter(pass.traces()));
    add(found, site(pass.traces()));
    run.firstNonFinite()
        .ifPresent(operation -> found.add("first operation not finite: " + operation));
    if (Double.isFinite(Tensors.values(run.bind(estimate.surrogate()))[0])) {
      add(found, gradient(descent.gradient(run, estimate), descent.slots()));
    }
    return found.isEmpty()
        ? "all numbers are finite when it is repeated"
        : String.join("; ", found);
  }

  private static void add(List<String> found, @Nullable String what) {
    if (what != null) {
      found.add(what);
    }
  }

  private static @Nullable String parameter(List<Trace> traces) {
    for (Trace trace : traces) {
      for (ParamSite param : trace.params()) {
        double bad = NonFinite.first(param.value());
        if (!Double.isFinite(bad)) {
          return "parameter '%s' has value %s".formatted(param.name(), bad);
        }
      }
    }
    return null;
  }

  private static @Nullable String site(List<Trace> traces) {
    for (Trace trace : traces) {
      for (SampleSite site : trace.sites()) {
        if (site.value().getDataType().isFloating()) {
          double bad = NonFinite.first(site.value());
          if (!Double.isFinite(bad)) {
            return "sample site '%s' has value %s".formatted(site.name(), bad);
          }
        }
        double bad = NonFinite.firstLogProb(site);
        if (!Double.isFinite(bad)) {
          return "sample site '%s' has log density %s".formatted(site.name(), bad);
        }
      }
    }
    return null;
  }

  private static @Nullable String gradient(double[] gradient, List<ParamSlot> slots) {
    int at = 0;
    for (ParamSlot slot : slots) {
      for (long i = 0; i < slot.shape().size(); i++) {
        if (!Double.isFinite(gradient[at])) {
          return "parameter '%s' has gradient %s".formatted(slot.name(), gradient[at]);
        }
        at++;
      }
    }
    return null;
  }
}
