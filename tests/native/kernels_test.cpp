#include <gtest/gtest.h>
#include <jennit/kernels.h>

namespace jennit {

namespace {

struct Case {
  at::ScalarType dtype;
  at::MemoryFormat format;
  bool clip;
  double tolerance;
};

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(c10::toString(info.param.dtype)) +
         (info.param.format == at::MemoryFormat::ChannelsLast ? "_channels_last" : "") +
         (info.param.clip ? "_clip" : "");
}

/// Each operator against its formula in double.
class Kernels : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(7);
    relevance_ = made(at::randn(sizes_) * at::randn(sizes_).gt(0));
    positive_ = made(at::rand(sizes_) + 0.25);
    // A third of the outputs is below zero, some are zero.
    output_ = made((at::rand(sizes_) * 1.5 - 0.5) * at::rand(sizes_).gt(0.1));
    output_ = made(at::minimum(wide(output_), wide(positive_)));
  }

  Tensor made(const Tensor& values) const { return values.to(GetParam().dtype).contiguous(GetParam().format); }
  static Tensor wide(const Tensor& values) { return values.to(at::kDouble); }

  Tensor stabilized(const Tensor& value) const {
    const auto sign = at::where(value.ge(0), 1., -1.);
    return GetParam().clip ? sign * value.abs().clamp_min(epsilon_) : value + sign * epsilon_;
  }

  void expect_close(const Tensor& actual, const Tensor& expected) const {
    EXPECT_EQ(actual.scalar_type(), GetParam().dtype);
    EXPECT_EQ(actual.sizes(), expected.sizes());
    const auto error = (wide(actual) - expected).abs() / expected.abs().clamp_min(1);
    EXPECT_LE(error.max().item<double>(), GetParam().tolerance);
  }

  const std::vector<int64_t> sizes_{3, 5, 37, 101};
  const double epsilon_ = 0.03125;
  Tensor relevance_, output_, positive_;
};

TEST_P(Kernels, Quotient) {
  expect_close(kernels::quotient(relevance_, output_, epsilon_, GetParam().clip),
               wide(relevance_) / stabilized(wide(output_)));
}

TEST_P(Kernels, QuotientBroadcastsTheDenominator) {
  const auto one = output_.narrow(0, 0, 1);
  expect_close(kernels::quotient(relevance_, one, epsilon_, GetParam().clip), wide(relevance_) / stabilized(wide(one)));
}

TEST_P(Kernels, QuotientRepeatsTheDenominator) {
  const auto several = at::stack({relevance_, -relevance_, 2 * relevance_});
  const auto expected = wide(several) / stabilized(wide(output_));
  // Each in the order of memory of one, as a batch of gradients comes, and in another.
  const auto ordered = at::empty_strided(
      several.sizes(),
      [&] {
        auto strides = output_.strides().vec();
        strides.insert(strides.begin(), output_.numel());
        return strides;
      }(),
      several.options());
  ordered.copy_(several);
  expect_close(kernels::quotient(ordered, output_, epsilon_, GetParam().clip), expected);
  expect_close(kernels::quotient(several.contiguous(), output_, epsilon_, GetParam().clip), expected);
}

TEST_P(Kernels, ScaledBySign) {
  const auto w = wide(output_);
  const auto expected = 1.5 * w.clamp_min(0) - 2 * w.clamp_max(0);
  expect_close(kernels::scaled_by_sign(output_, 1.5, -2), expected);
  expect_close(kernels::scaled_by_sign(output_.transpose(2, 3), 1.5, -2), expected.transpose(2, 3));
}

TEST_P(Kernels, GammaSeedOnBothSides) {
  const auto r = wide(relevance_), z = wide(output_), p = wide(positive_);
  const auto favoured = made(z + 0.5 * p), f = wide(favoured);
  const auto above = kernels::gamma_seed(relevance_, output_, favoured, 0.5, epsilon_, GetParam().clip, true);
  expect_close(above.seed, at::where(z.gt(0), r / stabilized(f), 0.));
  EXPECT_TRUE(above.other_side);
  const auto below = kernels::gamma_seed(relevance_, output_, favoured, 0.5, epsilon_, GetParam().clip, false);
  expect_close(below.seed, at::where(z.lt(0), r / stabilized(z + 0.5 * (z - (f - z) / 0.5)), 0.));
  EXPECT_TRUE(below.other_side);
}

TEST_P(Kernels, GammaSeedSeesThatNothingStandsOnTheOtherSide) {
  const auto upper = made(wide(relevance_) * wide(output_).gt(0));
  EXPECT_FALSE(kernels::gamma_seed(upper, output_, positive_, 0.5, epsilon_, GetParam().clip, true).other_side);
  EXPECT_TRUE(kernels::gamma_seed(upper, output_, positive_, 0.5, epsilon_, GetParam().clip, false).other_side);
}

TEST_P(Kernels, AlphaBetaSeeds) {
  const auto r = wide(relevance_), z = wide(output_), p = wide(positive_), n = (z - p).clamp_max(-1e-300);
  const auto seeds = kernels::alpha_beta_seeds(relevance_, output_, positive_, 2, 1, epsilon_, GetParam().clip);
  expect_close(seeds.positive, 2 * r / stabilized(p));
  expect_close(seeds.negative, -r / stabilized(n));
}

TEST_P(Kernels, AlphaBetaSeesDifferencesWithoutDigits) {
  const auto far = made(wide(positive_) * -0.5), near = made(wide(positive_) * 0.99999);
  const auto precise = [&](const Tensor& upper, const Tensor& z) {
    return kernels::alpha_beta_seeds(upper, z, positive_, 2, 1, epsilon_, GetParam().clip).precise;
  };
  EXPECT_TRUE(precise(relevance_, far));
  EXPECT_TRUE(precise(relevance_, positive_)) << "no negative part at all";
  if (GetParam().dtype == at::kFloat || GetParam().dtype == at::kDouble) {
    EXPECT_FALSE(precise(relevance_, near));
    EXPECT_TRUE(precise(at::zeros_like(relevance_), near)) << "no relevance to divide";
  }
}

TEST_P(Kernels, Guided) {
  const auto r = wide(relevance_), z = wide(output_);
  expect_close(kernels::guided(relevance_, output_), r * r.gt(0) * z.gt(0));
}

TEST_P(Kernels, HasNegative) {
  EXPECT_FALSE(kernels::has_negative(positive_));
  auto one = positive_.clone();
  one[2][4][36][100].fill_(-0.5);
  EXPECT_TRUE(kernels::has_negative(one));
  EXPECT_FALSE(kernels::has_negative(positive_.narrow(3, 0, 0)));
}

TEST_P(Kernels, TakeRelevanceInAnyLayout) {
  const auto turned = relevance_.transpose(2, 3).contiguous().transpose(2, 3);
  EXPECT_TRUE(at::equal(kernels::gamma_seed(turned, output_, positive_, 0.5, epsilon_, false, true).seed,
                        kernels::gamma_seed(relevance_, output_, positive_, 0.5, epsilon_, false, true).seed));
  EXPECT_TRUE(at::equal(kernels::guided(turned, output_), kernels::guided(relevance_, output_)));
}

const Case cases[] = {
    {at::kDouble, at::MemoryFormat::Contiguous, false, 1e-13},
    {at::kDouble, at::MemoryFormat::Contiguous, true, 1e-13},
    {at::kFloat, at::MemoryFormat::Contiguous, false, 1e-5},
    {at::kFloat, at::MemoryFormat::ChannelsLast, true, 1e-5},
    {at::kBFloat16, at::MemoryFormat::Contiguous, false, 0.02},
    {at::kHalf, at::MemoryFormat::ChannelsLast, true, 0.02},
};
INSTANTIATE_TEST_SUITE_P(, Kernels, testing::ValuesIn(cases), name_of);

TEST(KernelChecks, RefuseWhatDoesNotFit) {
  const auto x = at::rand({2, 3}), y = at::rand({2, 4});
  EXPECT_THROW(kernels::guided(x, y), c10::Error);
  EXPECT_THROW(kernels::guided(x, x.to(at::kDouble)), c10::Error);
  EXPECT_THROW(kernels::gamma_seed(x, x, y, 0.25, 1e-6, false, true), c10::Error);
  EXPECT_THROW(kernels::alpha_beta_seeds(x, y, x, 2, 1, 1e-6, false), c10::Error);
  EXPECT_THROW(kernels::quotient(x, x.to(at::kLong), 1e-6, false), c10::Error);
  EXPECT_THROW(kernels::has_negative(x.to(at::kLong)), c10::Error);
  EXPECT_THROW(kernels::scaled_by_sign(x.to(at::kLong), 1.25, 1), c10::Error);
}

// What serves devices without a kernel of their own is asked for by the key of one of them.
TEST(KernelFallback, GivesWhatTheCpuGives) {
  at::manual_seed(3);
  const auto r = at::randn({4, 6}), z = at::randn({4, 6}), p = z.clamp_min(0) + at::rand({4, 6});
  const auto fallback = [](const char* name) { return c10::Dispatcher::singleton().findSchemaOrThrow(name, ""); };
  const auto run = [&](const char* name, std::vector<c10::IValue> stack) {
    fallback(name).redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CUDA), &stack);
    return stack;
  };
  for (const bool clip : {false, true}) {
    EXPECT_TRUE(
        at::allclose(run("jennit::quotient", {r, z, 1e-3, clip})[0].toTensor(), kernels::quotient(r, z, 1e-3, clip)));
    EXPECT_TRUE(at::allclose(run("jennit::scaled_by_sign", {z, 1.25, -3.0})[0].toTensor(),
                             kernels::scaled_by_sign(z, 1.25, -3)));
    for (const bool above : {false, true}) {
      const auto seed = run("jennit::gamma_seed", {r, z, p, 0.25, 1e-3, clip, above});
      const auto expected = kernels::gamma_seed(r, z, p, 0.25, 1e-3, clip, above);
      EXPECT_TRUE(at::allclose(seed[0].toTensor(), expected.seed));
      EXPECT_EQ(seed[1].toTensor().item<bool>(), expected.other_side);
    }
    const auto seeds = run("jennit::alpha_beta_seeds", {r, z, p, 2., 1., 1e-3, clip});
    const auto expected = kernels::alpha_beta_seeds(r, z, p, 2, 1, 1e-3, clip);
    EXPECT_TRUE(at::allclose(seeds[0].toTensor(), expected.positive));
    EXPECT_TRUE(at::allclose(seeds[1].toTensor(), expected.negative));
    EXPECT_EQ(!seeds[2].toTensor().item<bool>(), expected.precise);
  }
  EXPECT_TRUE(at::equal(run("jennit::guided", {r, z})[0].toTensor(), kernels::guided(r, z)));
  EXPECT_TRUE(run("jennit::has_negative", {r})[0].toTensor().item<bool>());
}

}  // namespace

}  // namespace jennit
