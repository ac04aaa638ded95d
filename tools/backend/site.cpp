#include "backend/site.hpp"

namespace weir::backend {
namespace {

void control(Answer& answer, const Request& request, std::string_view query, SettingsBoard& board) {
  const bool changes = request.method == Method::post || request.method == Method::put;
  if (!changes) {
    answer.made_text = to_json(board.read());
    return;
  }
  const auto [problem, settings] = board.change(query);
  answer.is_json = !problem;
  answer.status = problem ? 400 : 200;
  answer.made_text = problem ? *problem + "\n" : to_json(settings);
}

}  // namespace

Answer Worker::answer(const Request& request) {
  const Route route = find_route(request.method, request.target);
  Answer answer = plan(request, route, settings(), site.hello(), world.random);
  if (route.page == Page::stats) answer.made_text = site.stats();
  if (route.page == Page::control) control(answer, request, route.query, site.board());
  return answer;
}

}  // namespace weir::backend
