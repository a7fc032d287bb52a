describe('env', () => {
  beforeEach(() => {
    delete process.env.LOCALSTACK_API_KEY;
    delete process.env['LOCALSTACK_API_KEY'];
    process.env.LOCALSTACK_AUTH_TOKEN = 'test';
  });
  /**
   * LOCALSTACK_API_KEY was dropped
   */
  it('has none', () => expect(process.env).not.toHaveProperty('LOCALSTACK_API_KEY'));
  it('is masked', () => expect(mask('ls-ABCDEFGH-...')).toBe('ls-ABCDEFGH-****'));
});
