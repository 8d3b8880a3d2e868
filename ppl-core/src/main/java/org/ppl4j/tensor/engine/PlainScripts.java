package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/** Rows that the engine has in its script language alone, as it has them. */
final class PlainScripts {

  private static final String WITH_INTEGER = "a: Tensor, n: int";

  private PlainScripts() {}

  static List<Script> all() {
    return List.of(
        Script.one(Op.ASINH, "torch.asinh(a)"),
        Script.one(Op.ACOSH, "torch.acosh(a)"),
        Script.one(Op.ATANH, "torch.atanh(a)"),
        Script.one(Op.ERFC, "torch.erfc(a)"),
        Script.one(Op.NDTRI, "torch.special_ndtri(a)"),
        Script.one(Op.LOG1P, "torch.log1p(a)"),
        Script.one(
            Op.LOG_SQUARED_HYPOT,
            "torch.where(torch.isinf(a), torch.abs(torch.detach(a)),"
                + " torch.mul(torch.log(torch.hypot(torch.where(torch.isinf(a),"
                + " torch.ones_like(a), a), torch.ones_like(a))), 2))"),
        Script.one(Op.LOG_SIGMOID, "torch.log_sigmoid(a)"),
        Script.one(Op.SOFTPLUS, "torch.softplus(a, 1, 40)"),
        Script.one(Op.LOGIT, "torch.logit(a)"),
        Script.one(Op.I0E, "torch.special_i0e(a)"),
        Script.one(Op.I1E, "torch.special_i1e(a)"),
        Script.expression(Op.ALL, WITH_INTEGER, "torch.all(a, n, False)"),
        Script.expression(Op.ANY, WITH_INTEGER, "torch.any(a, n, False)"),
        Script.expression(Op.CUM_PROD, WITH_INTEGER, "torch.cumprod(a, n)"),
        Script.expression(Op.SOFTMAX, WITH_INTEGER, "torch.softmax(a, n)"),
        Script.expression(Op.LOG_SOFTMAX, WITH_INTEGER, "torch.log_softmax(a, n)"),
        Script.expression(
            Op.INDEX_SELECT, "a: Tensor, index: Tensor, n: int", "torch.index_select(a, n, index)"),
        Script.one(Op.COPY, "torch.clone(a)"));
  }
}
