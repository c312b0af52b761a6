-- Headlight for Neovim 0.10 and later: words beside every blank, completion, hover, code actions.
--
-- Copy this file to ~/.config/nvim/lua/headlight.lua, and add to your init.lua:
--
--     require("headlight").setup({ cmd = { "/path/to/headlight/bin/headlight", "lsp" } })
--
-- Options: cmd, the command that starts the server; filetypes, a list, otherwise all files; top, how many words for a
-- blank; hints = false leaves inlay hints as they are.
-- At a blank: CTRL-X CTRL-O lists its words (in 0.10 CTRL-X CTRL-U), and so does :lua vim.lsp.buf.code_action().

local M = {}

-- Built-in completion replaces only what is before the cursor: this removes the rest of the blank after it.
local function remove_rest(client_id)
  local inserted = vim.tbl_get(vim.v.completed_item, "user_data", "nvim", "lsp") or {}
  local item = inserted.completion_item
  if not item or not item.textEdit or (inserted.client_id and inserted.client_id ~= client_id) then
    return
  end
  local blank = item.filterText or ""
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local after = vim.api.nvim_get_current_line():sub(column + 1)
  for length = #blank, 1, -1 do
    if vim.startswith(after, blank:sub(-length)) then
      vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column + length, { "" })
      return
    end
  end
end

-- Completion for Neovim 0.10, whose own drops every word that doesn't begin with the text before the cursor.
local words = {}

function M.completefunc(findstart)
  if findstart == 0 then
    return vim.tbl_map(function(item)
      return {
        word = item.textEdit.newText,
        menu = item.detail,
        user_data = { nvim = { lsp = { completion_item = item } } },
      }
    end, words)
  end
  words = {}
  local buffer = vim.api.nvim_get_current_buf() -- not 0, for which changes wouldn't be sent before the request
  local client = vim.lsp.get_clients({ bufnr = buffer, name = "headlight" })[1]
  if not client then
    return -2
  end
  local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client.request_sync("textDocument/completion", place, 5000, buffer)
  local result = answer and answer.result or {}
  words = result.items or result
  if #words == 0 then
    return -2
  end
  return vim.str_byteindex(
    vim.api.nvim_get_current_line(),
    words[1].textEdit.range.start.character,
    client.offset_encoding ~= "utf-32"
  )
end

local function attached(client, buffer, options)
  if options.hints ~= false and vim.lsp.inlay_hint then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  vim.api.nvim_create_autocmd("CompleteDone", {
    group = vim.api.nvim_create_augroup("headlight." .. buffer, {}),
    buffer = buffer,
    callback = function()
      remove_rest(client.id)
    end,
  })
  if not vim.lsp.completion then -- before 0.11
    vim.bo[buffer].completefunc = "v:lua.require'headlight'.completefunc"
  end
end

function M.setup(options)
  options = options or {}
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("headlight", {}),
    pattern = options.filetypes or "*",
    callback = function(event)
      if vim.bo[event.buf].buftype ~= "" then
        return -- no file: help, a terminal, a list
      end
      vim.lsp.start({
        name = "headlight",
        cmd = options.cmd or { "headlight", "lsp" },
        root_dir = vim.uv.cwd(), -- one server for all files
        init_options = { top = options.top },
        on_attach = function(client, buffer)
          attached(client, buffer, options)
        end,
      }, { bufnr = event.buf })
    end,
  })
end

return M
